package dashboard_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity/dashboard"
)

// colour is a colour of a palette by its JSON name, with - for _.
func colour(p dashboard.Palette, name string) string {
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if strings.ReplaceAll(tag, "_", "-") == name {
			return v.Field(i).String()
		}
	}
	return ""
}

// Every ink can be read on every ground that it is used on, in light and in dark.
func TestContrastOfEveryPair(t *testing.T) {
	theme := dashboard.DefaultTheme()
	for name, p := range map[string]dashboard.Palette{"light": theme.Light, "dark": theme.Dark} {
		for _, pair := range dashboard.Pairs() {
			got := dashboard.Contrast(colour(p, pair.Ink), colour(p, pair.Ground))
			require.GreaterOrEqual(t, got, pair.Least, "%s: %s on %s", name, pair.Ink, pair.Ground)
		}
	}
	require.InDelta(t, 21, dashboard.Contrast("#000000", "#ffffff"), 0.01)
	require.InDelta(t, 4.54, dashboard.Contrast("#767676", "#ffffff"), 0.01)
	require.Zero(t, dashboard.Contrast("red", "#ffffff"))
}

// Each colour of the style sheet is a variable of the theme.
func TestColoursAreVariables(t *testing.T) {
	page := html(t, newOrg(t).screen(nil), dashboard.ViewBoard)
	css := page[strings.Index(page, "/* Four inks"):strings.Index(page, "</style>")]
	require.NotRegexp(t, `#[0-9a-f]{6}`, css)
	for _, part := range strings.Split(css, "var(--")[1:] {
		name := part[:strings.IndexAny(part, "),")]
		if name == "r" || name == "gap" {
			continue
		}
		require.NotEmpty(t, colour(dashboard.DefaultTheme().Light, name), name)
	}
}

func TestThemeThatCannotBeRead(t *testing.T) {
	s := newOrg(t).screen(nil)
	for name, c := range map[string]struct {
		theme       dashboard.Theme
		field, rule string
	}{
		"a pale ink":     {dashboard.Theme{Light: dashboard.Palette{Ink: "#cccccc"}}, "theme.light.ink", "contrast"},
		"a dark paper":   {dashboard.Theme{Dark: dashboard.Palette{Paper: "#eeeeee"}}, "theme.dark.ink", "contrast"},
		"no colour":      {dashboard.Theme{Light: dashboard.Palette{Accent: "red;}body{display:none"}}, "theme.light.accent", "colour"},
		"three of a hex": {dashboard.Theme{Light: dashboard.Palette{BadBG: "#fff"}}, "theme.light.bad_bg", "colour"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			err := s.WriteHTML(&b, dashboard.ViewBoard, &dashboard.PageOptions{Theme: &c.theme})
			var is issue.Issues
			require.ErrorAs(t, err, &is)
			require.Equal(t, c.field, is[0].Field)
			require.Equal(t, c.rule, is[0].Rule)
			require.Zero(t, b.Len())
			_, err = dashboard.NewHandler(newOrg(t), &dashboard.Options{Theme: &c.theme})
			require.ErrorAs(t, err, &is)
		})
	}
	var b bytes.Buffer
	require.NoError(t, s.WriteHTML(&b, dashboard.ViewBoard, &dashboard.PageOptions{Title: "Group", Theme: &dashboard.Theme{Light: dashboard.Palette{Accent: "#5B2A86"}}}))
	require.Contains(t, b.String(), "--accent:#5b2a86;")
	require.Contains(t, b.String(), "<h1>Group</h1>")
}
