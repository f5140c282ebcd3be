package register

import (
	"encoding/hex"
	"hash/fnv"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"
)

// Likeness is one row of the table of likenesses: a way in which two entries of the
// register can be one and the same system. A system that comes back under another
// name, or another ID, would leave behind what is owed of it; so likenesses are asked
// about (aims.Lookalikes), and either one entry says which it follows ([System].Follows),
// or somebody decides that they are two ([Distinction]).
type Likeness struct {
	// ID names the row, Title what is alike, Why what makes it tell.
	ID    string `json:"id"`
	Title string `json:"title"`
	Why   string `json:"why"`

	marks func(dst []string, s *System) []string
}

// The rows are choices of this project.
var likenessTable = []Likeness{
	{"LK-1", "one ID in one other inventory", "an inventory gives one ID to one thing",
		func(dst []string, s *System) []string {
			for inventory, id := range s.ExternalIDs {
				if id := folded(id); id != "" {
					dst = append(dst, "LK-1:"+folded(inventory)+"="+id)
				}
			}
			return dst
		}},
	{"LK-2", "one name, save for case, spaces and signs", "two things of one name are one, or are taken for one",
		func(dst []string, s *System) []string {
			const row = "LK-2:"
			if name := string(appendFolded([]byte(row), s.Name)); name != row {
				dst = append(dst, name)
			}
			return dst
		}},
	{"LK-3", "one model of one supplier for one purpose", "what is bought from one supplier for one end is the same thing, whatever it is called",
		func(dst []string, s *System) []string {
			if s.Supplier == "" {
				return dst
			}
			if model, purpose := folded(s.Model.Name), folded(s.Purpose); model != "" && purpose != "" {
				sum := fnv.New128a() // a purpose has up to ten pages
				sum.Write([]byte(purpose))
				dst = append(dst, "LK-3:"+s.Supplier+"/"+model+"/"+hex.EncodeToString(sum.Sum(nil)))
			}
			return dst
		}},
	{"LK-4", "one ID, save for case and signs", "who reads two IDs of the same letters takes them for one",
		func(dst []string, s *System) []string {
			return append(dst, string(appendFolded([]byte("LK-4:"), s.ID)))
		}},
}

// Likenesses returns the table of likenesses.
func Likenesses() []Likeness { return slices.Clone(likenessTable) }

// Marks returns what a system is recognised by, in order: a text for each likeness that
// it has what it takes for, which two systems that are alike have in common. The text
// begins with the ID of the row and a colon; what follows is for comparing alone.
func (s *System) Marks() []string {
	dst := make([]string, 0, 1+len(s.ExternalIDs))
	for _, l := range likenessTable {
		dst = l.marks(dst, s)
	}
	slices.Sort(dst)
	return slices.Compact(dst)
}

// folded returns the letters and digits of a text in lower case.
func folded(text string) string { return string(appendFolded(nil, text)) }

func appendFolded(dst []byte, text string) []byte {
	dst = slices.Grow(dst, len(text))
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	return dst
}

// Distinction is a decision that a system is another than one that it is like.
type Distinction struct {
	// From is the ID of the other system.
	From string `json:"from"`
	// By is the ID of the person who decided, At when, Reason what tells the two
	// apart.
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// Equal reports whether two are the same decision.
func (d Distinction) Equal(o Distinction) bool {
	return d.From == o.From && d.By == o.By && d.Reason == o.Reason && d.At.Equal(o.At)
}
