package impact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Member is an assessment that follows another. Who signs the one signs the
// other.
type Member struct {
	// System is the system's ID, Assessment that of its assessment.
	System     string `json:"system"`
	Assessment string `json:"assessment"`
	// Level is its level when it was handed in; the group is signed off at the
	// highest. Empty before.
	Level Level `json:"level,omitempty"`
	// Intolerable are the IDs of harms to people of which more remains there than
	// anybody can accept: the group can't be signed with it.
	Intolerable []string `json:"intolerable,omitempty"`
	// Digest is the SHA-256 of what was handed in of it, beside the content of
	// the one that it follows. Empty before.
	Digest string `json:"digest,omitempty"`
}

// Deviation is what assessors say of one attribute in which a system differs from
// the one whose assessment its own follows.
type Deviation struct {
	// Attribute is the attribute's name.
	Attribute string `json:"attribute"`
	// Note says what the difference means for people.
	Note string `json:"note"`
}

// kindAttributes are what makes systems of one kind: what they do, in which
// field, for which regulated use, and with what effect on people.
var kindAttributes = []string{"function", "domain", "practice", "effect"}

// Join lets an open assessment follow another: its system is of the same kind,
// and what was written there counts here too. What differs is written here
// (Content.Deviations, and harms and parties that take the place of the other's).
// It returns both as they stand then.
func (a Assessment) Join(lead Assessment, s register.System) (member, leading Assessment, err error) {
	joined, leading, err := lead.Gather([]Assessment{a}, []register.System{s})
	if err != nil {
		return a, lead, err
	}
	return joined[0], leading, nil
}

// Gather lets several assessments Join this one, each with its system, all or
// none of them.
func (a Assessment) Gather(members []Assessment, of []register.System) (joined []Assessment, leading Assessment, err error) {
	if len(members) != len(of) {
		return nil, a, fmt.Errorf("%w: %d assessments join with %d systems", ErrState, len(members), len(of))
	}
	joined = make([]Assessment, 0, len(members))
	all := slices.Grow(slices.Clone(a.Members), len(members))
	for i, m := range members {
		if err := m.joins(a); err != nil {
			return nil, a, err
		}
		all = append(all, Member{System: m.System, Assessment: m.ID})
		m.Group, m.Differs = a.ID, differing(a, of[i])
		joined = append(joined, m)
	}
	if err := bounded("members", all); err != nil {
		return nil, a, err
	}
	if len(members) > 0 {
		a.Members = all
	}
	return joined, a, nil
}

// joins says why an assessment can't follow another; nil if it can.
func (a Assessment) joins(lead Assessment) error {
	if err := a.writable(); err != nil {
		return err
	}
	switch {
	case a.Group != "" || len(a.Members) > 0:
		return fmt.Errorf("%w: it is in a group already", ErrState)
	case lead.writable() != nil:
		return fmt.Errorf("%w: %s is %s; what is open, in progress or returned is followed", ErrState, lead.ID, lead.State)
	case lead.Group != "":
		return fmt.Errorf("%w: %s follows %s itself; follow that", ErrState, lead.ID, lead.Group)
	}
	var is issue.Issues
	if lead.System == a.System {
		is.Add("group", "other", lead.ID, "is of the same system")
	}
	for _, name := range kindAttributes {
		if mine, theirs := a.Fingerprint.Attributes[name], lead.Fingerprint.Attributes[name]; !slices.Equal(mine, theirs) {
			is.Add("group."+name, "kind", strings.Join(mine, ", "), "systems that share an assessment are of one kind; %s has %s", lead.System, strings.Join(theirs, ", "))
		}
	}
	return is.Err()
}

// Leave lets an assessment that follows another stand alone again. It returns
// both as they stand then.
func (a Assessment) Leave(lead Assessment) (member, leading Assessment, err error) {
	if err := a.writable(); err != nil {
		return a, lead, err
	}
	if a.Group == "" || a.Group != lead.ID {
		return a, lead, fmt.Errorf("%w: it does not follow %s", ErrState, lead.ID)
	}
	a.Group, a.Deviations, a.Differs = "", nil, nil
	lead.Members = slices.DeleteFunc(slices.Clone(lead.Members), func(m Member) bool { return m.Assessment == a.ID })
	return a, lead, nil
}

// Drop takes an assessment that has ended out of the members. One that is handed
// in goes back to being written: its group is another.
func (a Assessment) Drop(member string) Assessment {
	a.Members = slices.DeleteFunc(slices.Clone(a.Members), func(m Member) bool { return m.Assessment == member })
	return a.Reopen()
}

// Beside returns the assessment with what was written in the one that it
// follows: its own parties and harms take the place of the other's, benefits,
// misuse, alternatives and consultation come together.
func (a Assessment) Beside(lead Assessment, s register.System, b Basis) Assessment {
	own := a.Content
	all := lead.Content
	all.Parties = overlay(lead.Parties, own.Parties, party)
	all.Harms = overlay(lead.Harms, own.Harms, harmOf)
	all.Benefits = overlay(lead.Benefits, own.Benefits, benefitOf)
	all.Misuse = overlay(lead.Misuse, own.Misuse, misuseOf)
	all.Alternatives = overlay(lead.Alternatives, own.Alternatives, alternativeOf)
	all.Consultation = slices.Concat(lead.Consultation, own.Consultation)
	all.Deviations = own.Deviations
	if own.NoConsultation != "" {
		all.NoConsultation = own.NoConsultation
	}
	if own.Summary != "" {
		all.Summary = own.Summary
	}
	a.Content, a.Differs = all, differing(lead, s)
	a.Authors = union(lead.Authors, a.Authors)
	a.Questionnaires = slices.Concat(lead.Questionnaires, a.Questionnaires)
	return a.derive(s, &b)
}

// overlay returns base with entries of the same key replaced by those of over,
// and the others of over after them.
func overlay[T any](base, over []T, key func(T) string) []T {
	out := append(make([]T, 0, len(base)+len(over)), base...)
	at := make(map[string]int, len(base)+len(over))
	for i, v := range base {
		if _, twice := at[key(v)]; !twice {
			at[key(v)] = i
		}
	}
	for _, v := range over {
		if i, ok := at[key(v)]; ok {
			out[i] = v
		} else {
			at[key(v)] = len(out)
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return nil // as it is read back
	}
	return out
}

func benefitOf(v Benefit) string { return v.What }

func misuseOf(v Misuse) string { return v.What }

func alternativeOf(v string) string { return v }

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// differing returns the material attributes in which a system differs from the
// one that an assessment is about.
func differing(lead Assessment, s register.System) []string {
	var names []string
	for _, c := range lead.Fingerprint.Compare(s).MaterialChanges() {
		names = append(names, c.Attribute)
	}
	return names
}

// take notes the levels, digests and what is intolerable of the followers, as
// they stand beside the assessment (Beside). It is an error if they are not its
// members.
func (a Assessment) take(followers []Assessment, b *Basis) (Assessment, error) {
	if len(followers) != len(a.Members) {
		return a, fmt.Errorf("%w: it has %d members, %d were handed in with it", ErrState, len(a.Members), len(followers))
	}
	a.Members = slices.Clone(a.Members)
	for i, f := range followers {
		if f.ID != a.Members[i].Assessment {
			return a, fmt.Errorf("%w: member %d is %s, not %s", ErrState, i+1, a.Members[i].Assessment, f.ID)
		}
		a.Members[i].Level, a.Members[i].Digest, a.Members[i].Intolerable = f.Level, f.Digest(), f.intolerable(b.criteria())
	}
	return a, nil
}

// missingAsMember lists what a member lacks: what any assessment does, and a
// word on each attribute in which its system differs.
func (a Assessment) missingAsMember(b *Basis) issue.Issues {
	is := a.missing(b)
	noted := a.noted()
	for _, name := range a.Differs {
		if !noted[name] {
			is.Add("deviations", "considered", name, "the system differs in it from the one that %s is about; say what that means for people", a.Group)
		}
	}
	return is
}

// noted returns the attributes of which the deviations say something.
func (a Assessment) noted() map[string]bool {
	names := make(map[string]bool, len(a.Deviations))
	for _, d := range a.Deviations {
		if _, twice := names[d.Attribute]; !twice {
			names[d.Attribute] = strings.TrimSpace(d.Note) != ""
		}
	}
	return names
}

// Mirror takes over what has become of the assessment that this one follows:
// handed in, sent back, signed, approved. With the approval the content of both
// comes together in the record, so that it can be read alone; conditions of the
// approval stay with the other, to be met once. Where the other was stopped or
// withdrawn, this one keeps what was written and stands alone.
func (a Assessment) Mirror(lead Assessment, s register.System, b Basis) Assessment {
	switch lead.State {
	case StateStopped, StateWithdrawn:
		a = a.Reopen().Beside(lead, s, b)
		a.State, a.Group, a.Deviations, a.Differs = StateInProgress, "", nil, nil
		return a
	case StateApproved:
		a = a.Beside(lead, s, b)
		a.ApprovedAt, a.ValidUntil = lead.ApprovedAt, lead.ValidUntil
	case StateReturned:
		a.Returns = append(slices.Clip(a.Returns), lead.Returns[len(lead.Returns)-1])
	}
	a.State, a.SubmittedBy, a.SubmittedAt, a.Signatures = lead.State, lead.SubmittedBy, lead.SubmittedAt, lead.Signatures
	return a
}
