package dashboard

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// Palette is the colours of one scheme, each as #rrggbb. An empty one is the default.
// The CSS variable of each has its JSON name, with - in place of _.
type Palette struct {
	// Paper is behind text, Ground behind paper.
	Paper  string `json:"paper,omitempty"`
	Ground string `json:"ground,omitempty"`
	// Ink is text, Soft text of less weight.
	Ink  string `json:"ink,omitempty"`
	Soft string `json:"soft,omitempty"`
	// Rule is round tiles, Faint between rows and in bars, Line under links and round
	// fields.
	Rule  string `json:"rule,omitempty"`
	Faint string `json:"faint,omitempty"`
	Line  string `json:"line,omitempty"`
	// Accent, Accent2 and Accent3 are one colour in three strengths: what is met, what
	// is met in part, what is expected.
	Accent  string `json:"accent,omitempty"`
	Accent2 string `json:"accent_2,omitempty"`
	Accent3 string `json:"accent_3,omitempty"`
	// Bad is what is wrong and Warn what is to be looked at; BadBG and WarnBG are behind
	// their words.
	Bad    string `json:"bad,omitempty"`
	BadBG  string `json:"bad_bg,omitempty"`
	Warn   string `json:"warn,omitempty"`
	WarnBG string `json:"warn_bg,omitempty"`
	// OK is what is well; OKBG is behind its word.
	OK   string `json:"ok,omitempty"`
	OKBG string `json:"ok_bg,omitempty"`
	// Heat1 to Heat3 are behind the figures of a heat map, least first.
	Heat1 string `json:"heat_1,omitempty"`
	Heat2 string `json:"heat_2,omitempty"`
	Heat3 string `json:"heat_3,omitempty"`
}

// Theme is the look of the pages: a palette for light and one for dark surroundings,
// of which the reader's system chooses.
type Theme struct {
	Light Palette `json:"light"`
	Dark  Palette `json:"dark"`
}

// DefaultTheme returns the colours of this project.
func DefaultTheme() Theme {
	return Theme{
		Light: Palette{Paper: "#ffffff", Ground: "#f5f6f8", Ink: "#16202c", Soft: "#4d5a6a", Rule: "#d6dbe2", Faint: "#e9ecf1", Line: "#7b8798",
			Accent: "#0b5cad", Accent2: "#4a8fd0", Accent3: "#b9d6f1", Bad: "#a8231b", BadBG: "#fbe9e7", Warn: "#7a4900", WarnBG: "#fdf1dc", OK: "#17643a", OKBG: "#e5f3ea",
			Heat1: "#e4eef8", Heat2: "#c3dcf4", Heat3: "#98c4ee"},
		Dark: Palette{Paper: "#151b23", Ground: "#0d1218", Ink: "#e8edf3", Soft: "#a6b2c0", Rule: "#2f3945", Faint: "#222a34", Line: "#6c7a8b",
			Accent: "#7db8f0", Accent2: "#4d8dcb", Accent3: "#22456b", Bad: "#ff9a90", BadBG: "#3a1b1a", Warn: "#f2bf6b", WarnBG: "#38290f", OK: "#86d6a3", OKBG: "#15301f",
			Heat1: "#1c2b3c", Heat2: "#22405f", Heat3: "#285582"},
	}
}

// colours are the variables of a palette, in order.
func (p *Palette) colours() []struct {
	name  string
	value *string
} {
	type c = struct {
		name  string
		value *string
	}
	return []c{{"paper", &p.Paper}, {"ground", &p.Ground}, {"ink", &p.Ink}, {"soft", &p.Soft}, {"rule", &p.Rule}, {"faint", &p.Faint}, {"line", &p.Line},
		{"accent", &p.Accent}, {"accent-2", &p.Accent2}, {"accent-3", &p.Accent3}, {"bad", &p.Bad}, {"bad-bg", &p.BadBG}, {"warn", &p.Warn}, {"warn-bg", &p.WarnBG},
		{"ok", &p.OK}, {"ok-bg", &p.OKBG}, {"heat-1", &p.Heat1}, {"heat-2", &p.Heat2}, {"heat-3", &p.Heat3}}
}

// Pair is one ink on one ground that pages use, and how much it stands out at least:
// 4.5 for text and 3 for what is drawn (WCAG 2.2, 1.4.3 and 1.4.11).
type Pair struct {
	Ink    string  `json:"ink"`
	Ground string  `json:"ground"`
	Least  float64 `json:"least"`
}

// Pairs returns every ink on every ground that pages use.
func Pairs() []Pair {
	var all []Pair
	for _, ground := range []string{"paper", "ground", "heat-1", "heat-2", "heat-3"} {
		all = append(all, Pair{"ink", ground, 4.5})
	}
	for _, ground := range []string{"paper", "ground", "faint"} {
		all = append(all, Pair{"soft", ground, 4.5})
	}
	for _, tone := range []string{"bad", "warn", "ok"} {
		all = append(all, Pair{tone, tone + "-bg", 4.5}, Pair{tone, "paper", 4.5})
	}
	for _, drawn := range []string{"accent", "accent-2", "line"} {
		all = append(all, Pair{drawn, "paper", 3})
	}
	return append(all, Pair{"accent", "faint", 3}, Pair{"accent", "ground", 3})
}

var colourForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// filled is the theme with the defaults in it. The error is issue.Issues: a colour that
// is none, or an ink that can't be read on its ground.
func (t *Theme) filled() (Theme, error) {
	out := DefaultTheme()
	var is issue.Issues
	if t == nil {
		return out, nil
	}
	given := *t
	for _, scheme := range []struct {
		name      string
		own, into *Palette
	}{{"light", &given.Light, &out.Light}, {"dark", &given.Dark, &out.Dark}} {
		into := scheme.into.colours()
		for i, c := range scheme.own.colours() {
			if *c.value == "" {
				continue
			}
			if !colourForm.MatchString(*c.value) {
				is.Add("theme."+scheme.name+"."+strings.ReplaceAll(c.name, "-", "_"), "colour", shorten(*c.value, 40), "a colour is written as #1a2b3c")
				continue
			}
			*into[i].value = strings.ToLower(*c.value)
		}
		for _, p := range Pairs() {
			ink, ground := scheme.into.colour(p.Ink), scheme.into.colour(p.Ground)
			if got := Contrast(ink, ground); got < p.Least {
				is.Add("theme."+scheme.name+"."+strings.ReplaceAll(p.Ink, "-", "_"), "contrast", ink, "stands out from %s (%s) by %.2f, and has to by %.1f at least to be read", p.Ground, ground, got, p.Least)
			}
		}
	}
	return out, is.Err()
}

func (p *Palette) colour(name string) string {
	all := p.colours()
	return *all[slices.IndexFunc(all, func(c struct {
		name  string
		value *string
	}) bool {
		return c.name == name
	})].value
}

// Contrast returns how much one colour stands out from another, from 1 to 21 (WCAG 2.2);
// 0 if one of them is not of the form #rrggbb.
func Contrast(a, b string) float64 {
	if !colourForm.MatchString(a) || !colourForm.MatchString(b) {
		return 0
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// css is the theme as CSS variables. Paper is always light.
func (t Theme) css() string {
	var s strings.Builder
	write := func(p Palette) {
		s.WriteString(":root{")
		for _, c := range p.colours() {
			fmt.Fprintf(&s, "--%s:%s;", c.name, *c.value)
		}
		s.WriteString("}")
	}
	write(t.Light)
	s.WriteString("\n@media screen and (prefers-color-scheme:dark){")
	write(t.Dark)
	s.WriteString("}\n")
	return s.String()
}
