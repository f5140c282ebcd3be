package dashboard

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// signed says who signed at the gates of a system, oldest first, and what the gate ahead
// waits for once somebody has signed (A.6.2); nothing of other records.
func (k *look) signed(rec any) []string {
	s, ok := rec.(*register.System)
	if !ok {
		return nil
	}
	var out []string
	kept := false // a passage into the stage that it is at
	all := slices.SortedFunc(k.v.GatePassages().Where("system", s.ID).All(), func(a, b aims.GatePassage) int { return a.OpenedAt.Compare(b.OpenedAt) })
	for _, p := range all {
		by := make([]string, len(p.Signatures))
		for i, o := range p.Signatures {
			by[i] = k.say("%s (%s)", k.name(o.By), k.roleName(o.Role))
		}
		names := strings.Join(by, ", ")
		switch {
		case p.Passed():
			kept = kept || p.To == s.Stage
			out = append(out, k.say("Gate %s, passed on %s: signed by %s.", p.Gate, k.day(calendar.Of(p.PassedAt, k.zone)), names))
		case p.From == s.Stage:
			out = append(out, k.say("Gate %s, not passed: signed by %s since %s.", p.Gate, names, k.day(calendar.Of(p.OpenedAt, k.zone)))+k.waitsFor(s, p))
		}
	}
	if !kept && s.Stage != register.StageDesign {
		out = append(out, k.say("Nobody signed that it came to stage %s: it was registered there, was taken back to it, or came there before signatures were kept.", k.words(string(s.Stage))))
	}
	return out
}

// roleName is what people call a role; one that is on file as it is titled there.
func (k *look) roleName(role string) string {
	if r, ok := k.v.Roles().Get(role); ok {
		return k.told(oneLine(r.Title))
	}
	return k.words(role)
}

// waitsFor names the signatures that are missing of a passage.
func (k *look) waitsFor(s *register.System, p aims.GatePassage) string {
	var lacks []string
	for _, g := range k.v.Gates() {
		if g.ID != p.Gate {
			continue
		}
		for _, b := range k.v.Blockers(*s, g, k.now) {
			if slices.ContainsFunc(g.Items, func(i register.GateItem) bool { return i.ID == b.Item && i.Kind == register.ItemSignature }) {
				lacks = append(lacks, k.plainOf(b.RequiresText, b.Requires))
			}
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	return " " + k.say("It waits for: %s.", strings.Join(lacks, ", "))
}
