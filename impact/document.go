package impact

import (
	"maps"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Layout names a way in which an assessment is laid out as a document.
type Layout string

// The layouts.
const (
	LayoutISO42005      Layout = "iso42005"        // ISO/IEC 42005:2025, clause 6
	LayoutEUArticle27   Layout = "eu-27"           // EU AI Act, Article 27: fundamental rights
	LayoutDPIA          Layout = "gdpr-35-7"       // GDPR, Article 35(7): data protection
	LayoutEUNotHighRisk Layout = "eu-6-4"          // EU AI Act, Article 6(4): listed, and not high-risk
	LayoutEUAnnexVIIIA  Layout = "eu-annex-viii-a" // registration by providers of high-risk systems
	LayoutEUAnnexVIIIB  Layout = "eu-annex-viii-b" // registration of what Article 6(3) exempts
	LayoutEUAnnexVIIIC  Layout = "eu-annex-viii-c" // registration by deployers that are public authorities
	LayoutCanadaAIA     Layout = "ca-aia"          // Canada's Algorithmic Impact Assessment
)

// Layouts returns the layouts, in the order of DocumentLayouts.
func Layouts() []Layout {
	all := make([]Layout, len(documentLayouts()))
	for i, l := range documentLayouts() {
		all[i] = l.ID
	}
	return all
}

// IsValid reports whether it is one of the layouts; the zero value is none.
func (l Layout) IsValid() bool { return slices.Contains(Layouts(), l) }

// DocumentInput is what a document takes beside the assessment. All but System
// may be left out; what needs it is then listed as missing.
type DocumentInput struct {
	// System is the system that was assessed.
	System register.System `json:"system"`
	// Organisation is the name of the organisation.
	Organisation string `json:"organisation,omitempty"`
	// Process is what the organisation has decided of the process of impact
	// assessments (register.Criteria.Process).
	Process []register.ProcessDecision `json:"process,omitempty"`
	// Law is what the law makes of the system, told by whoever asked its table.
	Law LawRuling `json:"law,omitzero"`
	// DPIA says where the data protection impact assessment is kept to which the
	// document refers (EU AI Act, Article 27(4)).
	DPIA string `json:"dpia,omitempty"`
	// Answers are texts from elsewhere, by the ID of an element of the layout: what
	// the records can't answer, such as an address.
	Answers map[string]string `json:"answers,omitempty"`
}

// LawRuling is what a law makes of a system, in plain words.
type LawRuling struct {
	// Law names the law, Class the class that it gives.
	Law   string `json:"law"`
	Class string `json:"class"`
	// Grounds are the reasons, each with its article; Open what is not answered
	// and could give another class.
	Grounds []string `json:"grounds,omitempty"`
	Open    []string `json:"open,omitempty"`
}

// IsZero reports whether nothing is told.
func (r LawRuling) IsZero() bool {
	return r.Law == "" && r.Class == "" && len(r.Grounds)+len(r.Open) == 0
}

// Document is one assessment laid out: element by element what is on file, which
// fields it comes from, what is missing, and what the records can't answer.
type Document struct {
	// Layout is how it is laid out; Title and Source are the layout's, Notes what
	// it says of itself.
	Layout Layout   `json:"layout"`
	Title  string   `json:"title"`
	Source string   `json:"source"`
	Notes  []string `json:"notes,omitempty"`
	// Assessment is the assessment's ID, State where it stood; System is the
	// system's ID, Name its name.
	Assessment string `json:"assessment"`
	State      State  `json:"state"`
	System     string `json:"system"`
	Name       string `json:"name,omitempty"`
	// Changed are the material attributes in which the system that was handed in
	// differs from the one that was assessed.
	Changed []string `json:"changed,omitempty"`
	// Elements are the elements, in the layout's order.
	Elements []DocumentElement `json:"elements"`
}

// DocumentElement is one thing that a layout asks for.
type DocumentElement struct {
	// ID names the element within the layout, by number where its source has one.
	ID string `json:"id"`
	// Title is the source's term or our own words; Source is where it is asked for.
	Title  string `json:"title"`
	Source string `json:"source"`
	// From are the fields that it comes from, as paths: "assessment." and the
	// JSON names of an Assessment, or those of a DocumentInput, such as
	// "system.purpose" and "process[timing]". Empty if no record has any of it.
	From []string `json:"from"`
	// Content is what they say; fields with nothing in them are left out.
	Content []Passage `json:"content"`
	// Missing are the paths of what is not there and asked for: a field of From,
	// several joined by "|" of which one is asked for, or something within one, such
	// as "assessment.harms[injury].scale".
	Missing []string `json:"missing"`
	// Against are answers on file that speak against what the document is to show,
	// as "system.profiling: yes".
	Against []string `json:"against,omitempty"`
	// CannotAnswer says what the records have no place for; empty where there is
	// nothing, or DocumentInput.Answers has it.
	CannotAnswer string `json:"cannot_answer,omitempty"`
}

// Passage is what one field says.
type Passage struct {
	// From is the field's path, Title its name.
	From  string `json:"from"`
	Title string `json:"title"`
	// Lines are its values or entries, one each, in English; Texts the same as formats and
	// arguments.
	Lines []string     `json:"lines"`
	Texts []issue.Text `json:"texts"`
}

// Complete reports whether nothing is missing, nothing speaks against it, and
// nothing is left that the records can't answer.
func (d Document) Complete() bool {
	return !slices.ContainsFunc(d.Elements, func(e DocumentElement) bool {
		return len(e.Missing)+len(e.Against) > 0 || e.CannotAnswer != ""
	})
}

// Element returns the element of an ID; false if the layout has none.
func (d Document) Element(id string) (DocumentElement, bool) {
	return find(d.Elements, func(e *DocumentElement) bool { return e.ID == id })
}

// Document lays the assessment out (ISO/IEC 42001 A.5.3). It says what is there
// and what is not, whatever the state of the assessment; what it says of law is no
// advice. It fails with issue.Issues if there is no such layout, if the system is
// not the one that was assessed, or if an answer is to no element of the layout.
func (a Assessment) Document(l Layout, in DocumentInput) (Document, error) {
	var is issue.Issues
	layout, ok := find(documentLayouts(), func(x *DocumentLayout) bool { return x.ID == l })
	if !ok {
		is.Add("layout", "oneof", string(l), "must be one of %s", commaed(Layouts()))
	}
	if in.System.ID != a.System {
		is.Add("system.id", "same", in.System.ID, "the assessment is of %q", a.System)
	}
	if ok {
		for _, id := range slices.Sorted(maps.Keys(in.Answers)) {
			if !slices.ContainsFunc(layout.Elements, func(e LayoutElement) bool { return e.ID == id }) {
				is.Add("answers", "known", id, "the layout %s has no such element", l)
			}
		}
	}
	if err := is.Err(); err != nil {
		return Document{}, err
	}
	layout = layout.clone()
	doc := Document{Layout: l, Title: layout.Title, Source: layout.Source, Notes: layout.Notes,
		Assessment: a.ID, State: a.State, System: a.System, Name: in.System.Name, Elements: make([]DocumentElement, len(layout.Elements))}
	if !a.Fingerprint.IsZero() {
		for _, c := range a.Fingerprint.Compare(in.System).MaterialChanges() {
			doc.Changed = append(doc.Changed, "system."+c.Attribute)
		}
	}
	src := documentSource{a: a, in: in}
	for i, e := range layout.Elements {
		doc.Elements[i] = src.element(e)
	}
	return doc, nil
}

// documentSource is what the fields of a document read.
type documentSource struct {
	a  Assessment
	in DocumentInput
}

// element lays one element out.
func (src *documentSource) element(e LayoutElement) DocumentElement {
	out := DocumentElement{ID: e.ID, Title: e.Title, Source: e.Source, From: e.From, Content: []Passage{}, Missing: []string{}, CannotAnswer: e.CannotAnswer}
	answered := make(map[string]bool, len(e.From))
	gaps := make(map[string][]string, len(e.From))
	for _, path := range e.From {
		f := documentFields()[path]
		texts := filled(f.lines(src))
		if answered[path] = len(texts) > 0; answered[path] {
			out.Content = append(out.Content, passage(path, f.title, texts))
			if f.gaps != nil {
				gaps[path] = f.gaps(src)
			}
		}
	}
	for _, path := range e.From {
		either := e.either(path)
		switch {
		case answered[path]:
			out.Missing = append(out.Missing, gaps[path]...)
		case slices.Contains(e.Optional, path), len(either) > 1 && either[0] != path:
		case !slices.ContainsFunc(either, func(p string) bool { return answered[p] }):
			out.Missing = append(out.Missing, strings.Join(either, "|"))
		}
	}
	for _, against := range e.Against {
		at, _ := register.AttributeByName(strings.TrimPrefix(against.Field, "system."))
		for _, v := range at.Append(nil, &src.in.System) {
			if slices.Contains(against.Values, v) {
				out.Against = append(out.Against, against.Field+": "+v)
			}
		}
	}
	if text := strings.TrimSpace(src.in.Answers[e.ID]); text != "" {
		out.Content = append(out.Content, passage("answers["+e.ID+"]", "Answer", []issue.Text{own(text)}))
		out.CannotAnswer = ""
	}
	return out
}

// passage is what a field says.
func passage(from, title string, texts []issue.Text) Passage {
	p := Passage{From: from, Title: title, Lines: make([]string, len(texts)), Texts: texts}
	for i, t := range texts {
		p.Lines[i] = t.String()
	}
	return p
}

// filled drops texts with nothing in them.
func filled(texts []issue.Text) []issue.Text { return slices.DeleteFunc(texts, empty) }

// commaed lists values with commas between them.
func commaed[T ~string](values []T) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return strings.Join(all, ", ")
}
