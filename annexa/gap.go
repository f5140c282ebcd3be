package annexa

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Gap is something open about one control, as found by [Compile].
type Gap struct {
	// Control is the control.
	Control ID `json:"control"`
	// Kind is what sort of gap it is.
	Kind GapKind `json:"kind"`
	// Message says what is open, to be told in any language; of statements from before it was
	// kept so, the English sentence.
	Message issue.Text `json:"message"`
	// Systems are the IDs of the systems it concerns, in order, where it
	// concerns particular ones.
	Systems []string `json:"systems,omitempty"`
}

// GapKind is a sort of gap.
type GapKind string

// The sorts of gap. The first four keep a statement from being approved.
const (
	// GapUndecided: nobody has decided whether the control applies.
	GapUndecided GapKind = "undecided"
	// GapRequiredUndecided: an assessment requires it, and it isn't decided.
	// It comes beside GapUndecided.
	GapRequiredUndecided GapKind = "required_undecided"
	// GapUnjustified: it is decided without what the decision has to rest on.
	GapUnjustified GapKind = "unjustified"
	// GapExcludedRequired: it is left out though an assessment requires it.
	GapExcludedRequired GapKind = "excluded_though_required"
	// GapReviewOverdue: leaving it out was to be looked at again by now.
	GapReviewOverdue GapKind = "exclusion_review_overdue"
	// GapNoOwner: it applies and nobody answers for it.
	GapNoOwner GapKind = "no_owner"
	// GapPlanOverdue: it was to be in place by now and isn't.
	GapPlanOverdue GapKind = "plan_overdue"
	// GapNoEvidence: it is in place, and no fresh evidence shows it; or none
	// for some of the systems that need it, where each answers for itself.
	GapNoEvidence GapKind = "no_fresh_evidence"
)

// GapKinds lists the sorts of gap in the order in which a row has them.
func GapKinds() []GapKind {
	return []GapKind{GapUndecided, GapRequiredUndecided, GapUnjustified, GapExcludedRequired,
		GapReviewOverdue, GapNoOwner, GapPlanOverdue, GapNoEvidence}
}

// IsValid reports whether it is one of the sorts; the zero value is none.
func (k GapKind) IsValid() bool { return slices.Contains(GapKinds(), k) }

// Blocks reports whether a gap of this kind keeps a statement from being
// approved.
func (k GapKind) Blocks() bool {
	switch k {
	case GapUndecided, GapRequiredUndecided, GapUnjustified, GapExcludedRequired:
		return true
	}
	return false
}

// namesInMessage is how many names a message spells out before it counts.
const namesInMessage = 3

// reasonsInMessage is how many things a message says are lacking before it
// counts.
const reasonsInMessage = 5

// findGaps returns what is open about the row on a day, given all evidence
// for its control.
func findGaps(r Row, evidence []EvidenceItem, today calendar.Date) (gaps []Gap) {
	add := func(kind GapKind, systems []string, text issue.Text) {
		gaps = append(gaps, Gap{Control: r.Control, Kind: kind, Message: text, Systems: systems})
	}
	requiring := systemsOf(r.RequiredBy)

	if r.Applicability == Undecided {
		add(GapUndecided, nil, issue.NewText("nobody has decided whether it applies"))
		if len(r.RequiredBy) > 0 {
			add(GapRequiredUndecided, requiring, issue.NewText("required for %s, and not decided", some(requiring, namesInMessage)))
		}
		return gaps
	}

	var reasons issue.Issues
	r.decision().checkReasons(&reasons)
	if len(reasons) > 0 {
		parts := make([]issue.Text, len(reasons))
		for i, lack := range reasons {
			parts[i] = issue.NewText("%s: %s", lack.Field, lack.Text)
		}
		add(GapUnjustified, nil, issue.NewText("decided as %s without what that rests on: %s", issue.Word(r.Applicability), several(parts, reasonsInMessage)))
	}

	if r.Applicability == Excluded {
		if len(r.RequiredBy) > 0 {
			add(GapExcludedRequired, requiring, issue.NewText("left out, but required for %s", some(requiring, namesInMessage)))
		}
		if !r.ReviewDue.IsZero() && today.After(r.ReviewDue) {
			add(GapReviewOverdue, nil, issue.NewText("leaving it out was to be looked at again by %s", r.ReviewDue))
		}
		return gaps
	}

	if blank(r.Owner) {
		add(GapNoOwner, nil, issue.NewText("it applies, and nobody answers for it"))
	}
	if r.Status != StatusImplemented {
		if !r.PlannedFor.IsZero() && today.After(r.PlannedFor) {
			add(GapPlanOverdue, nil, issue.NewText("it was to be in place by %s and is %s", r.PlannedFor, issue.Word(cmp.Or(r.Status, StatusNotStarted))))
		}
		return gaps
	}
	if bare, of := systemsWithout(r, evidence, today); len(bare) > 0 {
		add(GapNoEvidence, bare, issue.NewText("in place, but nothing fresh shows it for %s (%d of %d that need it)",
			some(bare, namesInMessage), len(bare), of))
	} else if len(r.Evidence) == 0 {
		add(GapNoEvidence, nil, issue.NewText("in place, but nothing fresh shows it: %s", lastStale(r.Control, evidence)))
	}
	return gaps
}

// systemsWithout returns, for a control that each system answers for itself,
// the systems that require it and have no fresh evidence, neither of their own
// nor of the whole organisation's, and how many systems require it.
func systemsWithout(r Row, evidence []EvidenceItem, today calendar.Date) (bare []string, of int) {
	if c := find(r.Control); c == nil || c.Scope != ScopeSystem {
		return nil, 0
	}
	covered := map[string]bool{}
	for _, e := range evidence {
		if e.fresh(today) {
			covered[e.System] = true
		}
	}
	if covered[""] {
		return nil, 0
	}
	var systems []string
	for _, q := range r.RequiredBy { // ordered by system
		if q.System != "" {
			systems = append(systems, q.System)
		}
	}
	systems = slices.Compact(systems)
	of = len(systems)
	return slices.DeleteFunc(systems, func(s string) bool { return covered[s] }), of
}

// lastStale says what there was last, or what an auditor would expect.
func lastStale(id ID, evidence []EvidenceItem) issue.Text {
	if len(evidence) > 0 {
		last := slices.MaxFunc(evidence, func(a, b EvidenceItem) int {
			return cmp.Or(a.ValidUntil.Compare(b.ValidUntil), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Kind, b.Kind))
		})
		what := issue.NewText("%s", last.ID)
		if last.Kind != "" {
			what = issue.NewText("%s (%s)", last.ID, last.Kind)
		}
		if last.ValidUntil.IsZero() {
			return issue.NewText("%s has no date until which it is valid", what)
		}
		return issue.NewText("%s was valid until %s", what, last.ValidUntil)
	}
	if c := find(id); c != nil {
		e := c.Evidence[0]
		return issue.NewText("expected is, for one, %s (%s)", issue.Plain(e.Title), e.Kind)
	}
	return issue.NewText("nothing is on file")
}

// systemsOf returns the systems that require a control, each once, in order.
// An assessment that names no system stands for itself.
func systemsOf(required []RequiredBy) []string {
	systems := make([]string, 0, len(required))
	for _, q := range required {
		systems = append(systems, cmp.Or(q.System, q.Assessment))
	}
	slices.Sort(systems)
	return slices.Compact(systems)
}

// several joins the first texts and counts the others.
func several(texts []issue.Text, limit int) issue.Text {
	if more := len(texts) - limit; more > 0 {
		return issue.NewText("%s; and %d more", issue.Join("%s; %s", texts[:limit]), more)
	}
	return issue.Join("%s; %s", texts)
}

// some joins the first names and counts the others.
func some(names []string, limit int) issue.Text {
	if len(names) > limit {
		return issue.NewText("%s and %d more", strings.Join(names[:limit], ", "), len(names)-limit)
	}
	return issue.NewText("%s", strings.Join(names, ", "))
}

// date writes the day of a moment in UTC, or nothing for the zero time.
func date(t time.Time) string { return calendar.Of(t, nil).String() }

// instant writes a moment.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// label writes a value of an enumeration for people.
func label[T ~string](v T) string { return strings.ReplaceAll(string(v), "_", " ") }
