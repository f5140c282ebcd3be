package dashboard_test

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity/dashboard"
)

func (o *org) zip(opts dashboard.ExportOptions) (*zip.Reader, dashboard.Exported, []byte) {
	o.tb.Helper()
	opts.Clock, opts.Weeks = func() time.Time { return o.now }, -1
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	done, err := dashboard.Export(o.ctx, o, z, &opts)
	require.NoError(o.tb, err)
	require.NoError(o.tb, z.Close())
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(o.tb, err)
	return r, done, b.Bytes()
}

// Every link of an export leads to a file of it, every file is led to, and no two names
// differ in large and small letters alone, or is one that Windows keeps for a device.
func TestExportHoldsTogether(t *testing.T) {
	o := mature(t)
	o.do("ada", func(tx *aims.Tx) error {
		for _, id := range []string{"SPAM", "a/b", "a:b@c#d", "index", "con", "NUL", "aux.json", "Lpt1.x", "com", "console", strings.Repeat("long-", 25) + "end"} {
			s := spamFilter()
			s.ID = id
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
	z, done, first := o.zip(dashboard.ExportOptions{})
	names, lower := map[string]bool{}, map[string]bool{}
	for _, f := range z.File {
		require.True(t, fs.ValidPath(f.Name), f.Name)
		require.NotRegexp(t, `(?i)(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)`, f.Name)
		require.False(t, lower[strings.ToLower(f.Name)], f.Name)
		names[f.Name], lower[strings.ToLower(f.Name)] = true, true
	}
	require.Equal(t, done.Pages+1, len(names))
	led := map[string]bool{"index.html": true}
	for name := range names {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		page := read(t, z, name)
		sound(t, page)
		require.False(t, strings.Contains(page, "<form"), name)
		for _, link := range hrefs(page) {
			require.False(t, strings.HasPrefix(link, "/"), "%s: %s", name, link)
			to := path.Join(path.Dir(name), link)
			require.True(t, names[to], "%s leads to %s", name, to)
			led[to] = true
		}
	}
	require.Len(t, led, len(names))
	_, _, again := o.zip(dashboard.ExportOptions{})
	require.True(t, bytes.Equal(first, again), "the same state gives the same bytes")
}

func read(t *testing.T, z fs.FS, name string) string {
	t.Helper()
	f, err := z.Open(name)
	require.NoError(t, err)
	defer f.Close()
	b, err := io.ReadAll(f)
	require.NoError(t, err)
	return string(b)
}

func TestExportIntoDirectory(t *testing.T) {
	o := newOrg(t)
	o.step1()
	dir := filepath.Join(t.TempDir(), "pages")
	for range 2 { // the second time over the first
		d, err := dashboard.NewDir(dir)
		require.NoError(t, err)
		done, err := dashboard.Export(o.ctx, o, d, &dashboard.ExportOptions{Clock: func() time.Time { return o.now }})
		require.NoError(t, err)
		require.NoError(t, d.Close())
		require.Greater(t, done.Pages, 20)
	}
	z, _, _ := o.zip(dashboard.ExportOptions{})
	for _, f := range z.File {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Name)))
		require.NoError(t, err)
		if f.Name != "index.html" && f.Name != "lead.html" { // where the past is shown
			require.Equal(t, read(t, z, f.Name), string(b), f.Name)
		}
	}
	d, err := dashboard.NewDir(dir)
	require.NoError(t, err)
	_, err = d.Create("../outside.html")
	require.Error(t, err)
	require.NoError(t, d.Close())
}

func TestExportOfADay(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.pass(30)
	z, _, _ := o.zip(dashboard.ExportOptions{At: calendar.Of(day0, nil).AddDays(1)})
	require.True(t, strings.Contains(read(t, z, "index.html"), "This is how it stood at the end of 6 January 2026."))
}
