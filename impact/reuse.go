package impact

import (
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/register"
)

// Reuse says what an assessment has taken over from an earlier one, and what
// has changed since: where somebody should look again.
type Reuse struct {
	// From is the ID of the earlier assessment; By who took it over, At when.
	From string    `json:"from,omitempty"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at,omitzero"`
	// Changed are the attributes in which the system differs from what was
	// assessed then, material or not.
	Changed []register.Change `json:"changed,omitempty"`
	// NewHarms are harms that the rules ask about now and the earlier one did not
	// consider; GoneHarms those that it considered and no rule asks about any
	// more. NewParties are affected parties that it did not name.
	NewHarms   []string `json:"new_harms,omitempty"`
	GoneHarms  []string `json:"gone_harms,omitempty"`
	NewParties []string `json:"new_parties,omitempty"`
}

// IsZero reports whether nothing has been taken over.
func (r Reuse) IsZero() bool {
	return r.From == "" && r.By == "" && r.At.IsZero() && len(r.Changed)+len(r.NewHarms)+len(r.GoneHarms)+len(r.NewParties) == 0
}

// TakeOver copies the content of an earlier assessment into an open one, and
// marks what has changed since. What has been written here already stays. Each
// rating that comes over is marked (HarmRating.CopiedFrom) until somebody
// confirms or changes it. Consultation and summary are not copied: nobody was
// heard again, and the outcome is still to come.
func (a Assessment) TakeOver(earlier Assessment, by string, s register.System, b Basis) (Assessment, error) {
	if err := a.writable(); err != nil {
		return a, err
	}
	if earlier.State != StateApproved && earlier.State != StateSuperseded {
		return a, fmt.Errorf("%w: %s is %s; what was approved once is taken over", ErrState, earlier.ID, earlier.State)
	}
	before := a
	copied := slices.Clone(earlier.Harms)
	for i := range copied {
		copied[i].CopiedFrom = earlier.ID
	}
	// What stands here as a question only, such as from a template, is answered
	// by what was found then.
	parties := slices.DeleteFunc(slices.Clone(a.Parties), func(p PartyImpact) bool { return p.How == "" && p.NoHarm == "" })
	harms := slices.DeleteFunc(slices.Clone(a.Harms), func(h HarmRating) bool { return h.Dismissed == "" && !h.rated() })
	a.Parties = overlay(overlay(a.Parties, earlier.Parties, party), parties, party)
	a.Harms = overlay(overlay(a.Harms, copied, harmOf), harms, harmOf)
	a.Benefits = overlay(earlier.Benefits, a.Benefits, benefitOf)
	a.Misuse = overlay(earlier.Misuse, a.Misuse, misuseOf)
	a.Alternatives = overlay(earlier.Alternatives, a.Alternatives, alternativeOf)
	if err := withinContent(a.Content); err != nil {
		return before, err
	}
	a, err := a.written(by, s, &b)
	if err != nil {
		return before, err
	}
	a.Reused = Reuse{From: earlier.ID, By: by, At: b.Now, Changed: earlier.Fingerprint.Compare(s).Changes}
	named, _, considered := earlier.named()
	asked := make(map[string]bool, len(a.Result.Harms))
	for _, p := range a.Result.Harms {
		asked[p.Harm] = true
		if !considered[p.Harm] {
			a.Reused.NewHarms = append(a.Reused.NewHarms, p.Harm)
		}
	}
	for _, h := range earlier.Harms {
		if !asked[h.Harm] {
			a.Reused.GoneHarms = append(a.Reused.GoneHarms, h.Harm)
		}
	}
	for _, p := range a.Fingerprint.Attributes["affected"] {
		if !named[p] {
			a.Reused.NewParties = append(a.Reused.NewParties, p)
		}
	}
	return a, nil
}

func party(p PartyImpact) string { return p.Party }

func harmOf(h HarmRating) string { return h.Harm }
