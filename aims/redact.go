package aims

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

// For returns the view as a reader may see it, by Options.Redact: records that are
// hidden are neither given nor counted nor listed, those that are altered are given
// so, without a revision; see ledger.View.For.
//
// What is worked out is worked out on the whole: levels, coverage, blockers, what
// is due, findings and observations are the same for every reader. But they say no
// more of a record than is seen: of one that is hidden no ID and no name, of one
// that is altered no name, and of both the title of the probe in place of the text.
// What they say of one that is seen as it is, or of the organisation, can speak of
// others. The Statement of Applicability can't be compiled in part: ErrForbidden.
// Package maturity likewise finds the level of the whole.
func (v *View) For(reader any) *View {
	seen := v.View.For(reader)
	if seen == v.View {
		return v
	}
	return &View{reading{r: seen, opts: v.opts, whole: v.entire()}, seen}
}

// entire is what is on file, whoever reads.
func (r *reading) entire() *reading {
	if r.whole != nil {
		return r.whole
	}
	return r
}

// sees reports whether a reading shows a record.
func (r *reading) sees(k Kind, id string) bool {
	return r.whole == nil || r.r.Has(Subject{Kind: k, ID: id})
}

// redacted returns an observation as it is told to the reader of a view.
func (v *View) redacted(o Observation, p *Probe) Observation {
	if v.whole == nil {
		return o
	}
	whole := !v.whole.r.Has(o.Subject) || v.Whole(o.Subject)
	if whole && !slices.ContainsFunc(o.names, func(s Subject) bool { return !v.Has(s) }) {
		return o
	}
	if !whole && !v.Has(o.Subject) {
		if o.Subject.ID = ""; o.Subject.Kind == KindDecision {
			o.Controls = nil // which are its ID
		}
	}
	if !whole {
		o.Name, o.part, o.person = "", "", ""
	}
	o.Text, o.Next = issue.NewText("%s.", issue.Text{ID: p.Title}), issue.NewText("Ask somebody who may see it.")
	return o
}

// RedactKinds is for Options.Redact, of readers who may not know of some kinds of
// records: it is false for a record of one of them, takes out of an assessment what
// its triggers tell of an incident or a concern, if those are among them, and names none of
// them in what a management review saw.
//
//	Redact: func(reader any, s aims.Subject, rec any) bool {
//		return reader == "editor" || aims.RedactKinds(s, rec, aims.KindIncident)
//	},
func RedactKinds(s Subject, rec any, kinds ...Kind) bool {
	switch a := rec.(type) {
	case *ManagementReview:
		for i := range a.Seen {
			a.Seen[i].Said = a.Seen[i].Said.Hiding(func(r issue.Record) bool { return slices.Contains(kinds, Kind(r.Kind)) })
		}
	case *impact.Assessment:
		for i, t := range a.Triggers {
			if t.Kind == impact.TriggerIncident && slices.Contains(kinds, KindIncident) || t.Kind == impact.TriggerConcern && slices.Contains(kinds, KindConcern) {
				a.Triggers[i].Detail = ""
			}
		}
	}
	return !slices.Contains(kinds, s.Kind)
}

// Window is a management system as one reader may see it; see Manager.For.
type Window struct {
	m      *Manager
	reader any
	w      *ledger.Window
}

// For returns the management system as a reader may see it, by Options.Redact,
// which is given the reader.
func (m *Manager) For(reader any) *Window { return &Window{m, reader, m.l.For(reader)} }

// View returns the state as last confirmed by the journal; see View.For.
func (w *Window) View() *View { return w.m.View().For(w.reader) }

// At returns the state as it stood at time t; see Manager.At and View.For.
func (w *Window) At(ctx context.Context, t time.Time) (*View, error) {
	v, err := w.m.At(ctx, t)
	if err != nil {
		return nil, err
	}
	return v.For(w.reader), nil
}

// Between yields the state as it stood at each of many moments; see Manager.Between
// and View.For.
func (w *Window) Between(ctx context.Context, from, to time.Time, every time.Duration) iter.Seq2[*View, error] {
	return func(yield func(*View, error) bool) {
		for v, err := range w.m.Between(ctx, from, to, every) {
			if err == nil {
				v = v.For(w.reader)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// Trail is Manager.Trail for the reader: what is hidden is left out, what is
// altered stands there so; see ledger.Window.Trail.
func (w *Window) Trail(ctx context.Context, after uint64) iter.Seq2[Entry, error] {
	return w.w.Trail(ctx, after)
}

// History is Manager.History for the reader, redacted as Trail is.
func (w *Window) History(ctx context.Context, s Subject) iter.Seq2[Entry, error] {
	return w.w.History(ctx, s)
}

// Changes is Manager.Changes for the reader: of each commit what is seen of it, and
// none of which nothing is; see ledger.Ledger.PublishedFor.
func (w *Window) Changes(ctx context.Context, after uint64) iter.Seq2[Published, error] {
	return w.w.Changes(ctx, after)
}

// PublishedFor tells of a commit of the journal what a reader may see; false if that is
// nothing. Fleet.ChangesFor and AllChangesFor tell by it.
func (m *Manager) PublishedFor(ctx context.Context, reader any, c storage.Commit) (Published, bool, error) {
	return m.l.PublishedFor(ctx, reader, c)
}
