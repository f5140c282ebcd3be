package crosswalk_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/crosswalk"
)

// withOwn is the built-in catalogue with a framework of one's own.
func withOwn(t testing.TB) *crosswalk.Catalogue {
	c, err := crosswalk.Default().With([]crosswalk.Framework{own()}, nil)
	require.NoError(t, err)
	return c
}

func ownHead() crosswalk.MappingSet {
	s := ownSet()
	s.Mappings, s.Unmatched = nil, nil
	return s
}

func TestParseCSV(t *testing.T) {
	const file = "\uFEFFfrom,to,relation,strength,reason\r\n" +
		"acme:1.1, iso42001:A.6.2.8 ,Superset,9,\"every log, and more\"\r\n" +
		"\r\n" +
		"acme:1.1,iso42001:A.6.2.6,intersects,,'=sum\r\n" +
		"acme:1.2,,none,,the standard has no works council\r\n"
	set, err := withOwn(t).ParseCSV(strings.NewReader(file), ownHead())
	require.NoError(t, err)
	want := ownHead()
	ref := crosswalk.MustParseRef
	want.Mappings = []crosswalk.Mapping{
		{From: ref("acme:1.1"), To: ref("iso42001:A.6.2.8"), Relation: crosswalk.Superset, Strength: 9, Reason: "every log, and more"},
		{From: ref("acme:1.1"), To: ref("iso42001:A.6.2.6"), Relation: crosswalk.Intersects, Reason: "=sum"},
	}
	want.Unmatched = []crosswalk.Unmatched{{Ref: ref("acme:1.2"), Reason: "the standard has no works council"}}
	require.Empty(t, cmp.Diff(want, set, comparableRefs))
	_, err = withOwn(t).With(nil, []crosswalk.MappingSet{set})
	require.NoError(t, err, "what was read can be used")
}

func TestParseCSVNamesLineFieldAndValue(t *testing.T) {
	const head = "from,to,relation,reason,strength,derived\n"
	const good = "acme:1.1,iso42001:A.6.2.8,equal,r,,\n"
	for name, c := range map[string]struct {
		file  string
		line  int
		field string
		value string
		says  string
	}{
		"empty":               {"", 0, "file", "", "empty"},
		"no header":           {good, 1, "header", "acme:1.1", "no such column"},
		"missing column":      {"from,to,reason\n", 1, "header", "relation", "missing"},
		"column twice":        {"from,to,relation,reason,to\n", 1, "header", "to", "twice"},
		"unknown column":      {"from,to,relation,reason,Comment\n", 1, "header", "Comment", "no such column"},
		"other case":          {"From,to,relation,reason\n", 1, "header", "From", "no such column"},
		"semicolons":          {"from;to;relation;reason\n", 1, "header", "from;to;relation;reason", "no such column"},
		"too few cells":       {head + good + "acme:1.1,iso42001:A.6.2.6\n", 3, "row", "2", "6 cells"},
		"not a reference":     {head + "A.5.1,iso42001:A.6.2.8,equal,r,,\n", 2, "mappings[0].from", "A.5.1", "FRAMEWORK:ELEMENT"},
		"unknown element":     {head + good + "acme:1.1,iso42001:A.11.1,equal,r,,\n", 3, "mappings[1].to", "iso42001:A.11.1", "no such element"},
		"wrong framework":     {head + "iso42001:A.6.2.8,acme:1.1,equal,r,,\n", 2, "mappings[0].from", "iso42001:A.6.2.8", "between acme and iso42001"},
		"unknown relation":    {head + "acme:1.1,iso42001:A.6.2.8,akin,r,,\n", 2, "mappings[0].relation", "akin", "superset"},
		"strength in words":   {head + "acme:1.1,iso42001:A.6.2.8,equal,r,strong,\n", 2, "mappings[0].strength", "strong", "whole number"},
		"strength too high":   {head + "acme:1.1,iso42001:A.6.2.8,equal,r,11,\n", 2, "mappings[0].strength", "11", "1 to 10"},
		"derived in words":    {head + "acme:1.1,iso42001:A.6.2.8,equal,r,,x\n", 2, "mappings[0].derived", "x", "true, false"},
		"no reason":           {head + "acme:1.1,iso42001:A.6.2.8,equal, ,,\n", 2, "mappings[0].reason", "", "empty"},
		"reason of two lines": {head + "acme:1.1,iso42001:A.6.2.8,equal,\"a\nb\",,\n", 2, "mappings[0].reason", "a\nb", "one line"},
		"pair twice":          {head + good + "\n" + good, 4, "mappings[1].to", "acme:1.1 to iso42001:A.6.2.8", "mappings[0]"},
		"none with both":      {head + "acme:1.1,iso42001:A.6.2.8,none,r,,\n", 2, "unmatched[0].ref", "acme:1.1 iso42001:A.6.2.8", "one of from and to"},
		"none, wrong side":    {head + ",acme:1.1,none,r,,\n", 2, "unmatched[0].ref", "acme:1.1", "column to"},
		"none with strength":  {head + "acme:1.1,,none,r,5,\n", 2, "unmatched[0].strength", "5", "no strength"},
		"none, and mapped":    {head + "acme:1.1,,none,r,,\n" + good, 2, "unmatched[0].ref", "acme:1.1", "mappings[0]"},
		"open quote":          {head + good + "\"acme:1.1", 3, "row", "", "not CSV"},
		"Windows-1252":        {head + good + "acme:1.1,iso42001:A.6.2.6,equal,caf\xe9,,\n", 3, "file", "byte 0xe9", "UTF-8"},
		"UTF-16":              {"\xff\xfef\x00r\x00o\x00m\x00", 1, "file", "byte 0xff", "UTF-8"},
	} {
		_, err := withOwn(t).ParseCSV(strings.NewReader(c.file), ownHead())
		p := problems(t, err)
		require.Equal(t, c.line, p[0].Line, "%s: %v", name, err)
		require.Equal(t, c.field, p[0].Field, "%s: %v", name, err)
		require.Equal(t, c.value, p[0].Value, "%s: %v", name, err)
		require.Contains(t, p[0].Message, c.says, name)
	}
}

func TestParseCSVReportsAllLinesInOrder(t *testing.T) {
	const file = "from,to,relation,reason\nacme:1.1,,none,r\nacme:1.1,iso42001:A.6.2.8,equal,r\nx,y,z,\n"
	_, err := withOwn(t).ParseCSV(strings.NewReader(file), ownHead())
	p := problems(t, err)
	require.Equal(t, []int{2, 4, 4, 4}, []int{p[0].Line, p[1].Line, p[2].Line, p[3].Line})
	require.ErrorContains(t, err, "mapping set acme-iso42001, line 4, mappings[1].relation")
}

func TestParseCSVNeedsItsFrameworks(t *testing.T) {
	_, err := crosswalk.Default().ParseCSV(strings.NewReader("from,to,relation,reason\n"), ownHead())
	p := problems(t, err)
	require.Equal(t, "acme", p[0].Value)
	head := ownHead()
	head.Title = ""
	_, err = withOwn(t).ParseCSV(strings.NewReader("from,to,relation,reason\n"), head)
	require.Equal(t, []string{"title"}, fieldsOf(problems(t, err)))
}

func TestParseCSVPassesOnReadErrors(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := withOwn(t).ParseCSV(iotest.ErrReader(broken), ownHead())
	require.ErrorIs(t, err, broken)
}

func TestBuiltInSetsSurviveCSV(t *testing.T) {
	c := crosswalk.Default()
	for _, s := range c.MappingSets() {
		var b bytes.Buffer
		require.NoError(t, s.WriteCSV(&b))
		again, err := c.ParseCSV(&b, s)
		require.NoError(t, err, s.ID)
		require.Empty(t, cmp.Diff(s, again, comparableRefs), s.ID)
	}
}

func TestWriteCSVKeepsSpreadsheetsFromRunningCells(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, ownSet().WriteCSV(&b))
	require.Contains(t, b.String(), ",'=logs feed monitoring,")
}

func TestAnyReasonSurvivesCSV(t *testing.T) {
	c := withOwn(t)
	rapid.Check(t, func(t *rapid.T) {
		s := ownSet()
		s.Mappings[0].Reason = strings.TrimSpace(rapid.StringMatching(`['=+@\-\x{FF1D}\x{200B}a,";# ]{1,8}`).Draw(t, "reason"))
		s.Mappings[1].Note = strings.TrimSpace(rapid.StringN(0, 20, -1).Draw(t, "note"))
		if s.Validate(own(), mustFramework(c, "iso42001")) != nil {
			return
		}
		var b bytes.Buffer
		require.NoError(t, s.WriteCSV(&b))
		again, err := c.ParseCSV(&b, s)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(s, again, comparableRefs))
	})
}

func mustFramework(c *crosswalk.Catalogue, id string) crosswalk.Framework {
	f, _ := c.Framework(id)
	return f
}

func FuzzParseCSV(f *testing.F) {
	var b bytes.Buffer
	require.NoError(f, ownSet().WriteCSV(&b))
	f.Add(b.Bytes())
	f.Add([]byte("from,to,relation,reason\nacme:1.1,iso42001:A.6.2.8,equal,'''=x\n,iso42001:4.1,none,r\n"))
	f.Add([]byte("\uFEFFfrom,to,relation,reason,repeat\n\"acme:1.1\",iso42001:4.1,same,\"r\"\"\",true\n"))
	f.Add([]byte("from,to\n\"\n"))
	c := withOwn(f)
	from, to := own(), mustFramework(c, "iso42001")
	f.Fuzz(func(t *testing.T, in []byte) {
		set, err := c.ParseCSV(bytes.NewReader(in), ownHead())
		if err != nil {
			require.NotEmpty(t, problems(t, err))
			return
		}
		require.NoError(t, set.Validate(from, to))
		var b bytes.Buffer
		require.NoError(t, set.WriteCSV(&b))
		again, err := c.ParseCSV(&b, set)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(set, again, comparableRefs, cmpopts.EquateEmpty()))
	})
}
