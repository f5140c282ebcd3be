package dashboard

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/register"
)

// drawnIn are the templates of a language. They work out nothing but where a line goes.
func drawnIn(v voice) *template.Template { return drawings()[v.Language().String()]() }

// drawings are the templates by language, each made when a page is first drawn in it.
var drawings = sync.OnceValue(func() map[string]func() *template.Template {
	all := make(map[string]func() *template.Template)
	for _, tag := range phrase.Languages() {
		all[tag.String()] = sync.OnceValue(func() *template.Template {
			v := voiceOf(tag.String())
			set := template.New("")
			return template.Must(set.Funcs(v.funcs(set)).ParseFS(files, "page/*.html"))
		})
	}
	return all
})

// funcs are what templates call.
func (v voice) funcs(set *template.Template) template.FuncMap {
	// part draws a part of the page for the inside of a sentence.
	part := func(name string, data any) (template.HTML, error) {
		var b strings.Builder
		err := set.ExecuteTemplate(&b, name, data)
		return template.HTML(b.String()), err // drawn and escaped just now
	}
	ref := func(p *page, r Ref) (template.HTML, error) { return part("a", withArgs{P: p, V: r}) }
	num := func(p *page, route, text string) (template.HTML, error) {
		return part("num", withArgs{P: p, V: linkTo{route, text}})
	}
	return template.FuncMap{
		"t":        v.sayHTML,
		"told":     v.told,
		"word":     func(s any) string { return v.words(fmt.Sprint(s)) },
		"wordname": v.wordName,
		"n":        v.Number,
		"n64":      func(n uint64) string { return v.Number(int(n)) },
		"points":   v.points,
		"days":     v.workDays,
		"day":      v.day,
		"moment":   v.Moment,
		"span":     v.span,
		"lower":    v.lower,
		"trend":    v.drawTrend,
		"fields":   v.drawFields,
		"wide":     v.drawWide,
		"rules":    v.drawRules,
		"row":      drawRow,
		"a": func(p *page, r any) (template.HTML, error) {
			switch r := r.(type) {
			case Ref:
				return ref(p, r)
			case *Ref:
				return ref(p, *r)
			}
			return "", fmt.Errorf("%T is no reference", r)
		},
		"num": num,
		// fail ends a page of which a row can't be read.
		"fail": func(err error) (string, error) { return "", err },
		"some": func(p *page, all []Ref, n, more int) (template.HTML, error) {
			var parts []string
			all = slices.CompactFunc(slices.Clone(all), func(a, b Ref) bool { return a.Route == b.Route && a.Name == b.Name }) // failing in two ways
			for _, r := range all[:min(n, len(all))] {
				one, err := ref(p, r)
				if err != nil {
					return "", err
				}
				parts = append(parts, string(one))
			}
			return v.andMore(template.HTML(strings.Join(parts, ", ")), max(0, len(all)-n), more), nil
		},
		"first": func(all []string, n int) any {
			return v.andMore(template.HTML(template.HTMLEscapeString(oneLine(strings.Join(all[:min(n, len(all))], ", ")))), max(0, len(all)-n), 0)
		},
		"wordcounts": func(p *page, all []WordCount) (template.HTML, error) {
			var parts []string
			for _, w := range all {
				n, err := num(p, w.List, v.Number(w.Value))
				if err != nil {
					return "", err
				}
				parts = append(parts, fmt.Sprint(v.sayHTML("%s %s", n, v.wordName(w.Word))))
			}
			return template.HTML(strings.Join(parts, ", ")), nil
		},
		"appetite": func(l register.RiskLevel) string {
			if l == "" {
				return v.say("none")
			}
			return v.words(string(l))
		},
		"late": func(n int) any {
			if n == 0 {
				return v.say("none is late")
			}
			return tag("bad", v.say("%d late", n))
		},
		"tag":  func(tone string, text any) template.HTML { return tag(tone, fmt.Sprint(text)) },
		"bold": func(s string) template.HTML { return template.HTML("<b>" + template.HTMLEscapeString(s) + "</b>") },
		"mid": func(n int) template.HTML {
			return template.HTML(`<span class="mid">` + template.HTMLEscapeString(v.Number(n)) + `</span>`)
		},
		"roadtag":  v.roadTag,
		"join":     func(all []string) string { return strings.Join(all, ", ") },
		"arg":      func(p *page, v any) withArgs { return withArgs{P: p, V: v} },
		"argt":     func(p *page, v any, t string) withArgs { return withArgs{p, v, t} },
		"link":     func(route, text string) linkTo { return linkTo{route, text} },
		"ref":      func(route, name string) Ref { return Ref{Route: route, Name: name} },
		"inc":      func(n int) int { return n + 1 },
		"add":      func(a, b int) int { return a + b },
		"less":     func(a, b int) int { return a - b },
		"split":    splitBar,
		"fwbar":    frameworkBar,
		"agebar":   ageBar,
		"heat":     heat,
		"shorten":  shorten,
		"roadbar":  roadBar,
		"levelbar": levelBar,
		"statetag": func(s maturity.State) string { return strings.TrimSpace("tag " + string(stateTone(s))) },
		"mostof":   func(all []Split) int { return most(all, func(s Split) int { return s.Of }) },
		"moststage": func(all []StageRow) int {
			return most(all, func(s StageRow) int { return s.Of })
		},
		"mostage": func(all []AgeBin) int { return most(all, func(s AgeBin) int { return s.Fresh + s.RunOut }) },
	}
}

// sayHTML says a format in a template. Where an argument is drawn already, such as a
// link, the sentence is too, and the other arguments are escaped.
func (v voice) sayHTML(format string, args ...any) any {
	drawn := false
	for _, a := range args {
		_, ok := a.(template.HTML)
		drawn = drawn || ok
	}
	if !drawn {
		return v.say(format, args...)
	}
	for i, a := range args {
		switch a := a.(type) {
		case template.HTML:
			args[i] = string(a)
		case int, int64, uint64, float64:
		default:
			args[i] = template.HTMLEscapeString(oneLine(fmt.Sprint(a)))
		}
	}
	return template.HTML(v.Sprintf(format, args...)) // a format holds no markup, which a test sees to
}

// andMore is a list with how many there are besides those that it names.
func (v voice) andMore(listed template.HTML, left, more int) template.HTML {
	if left == 0 {
		return listed
	}
	return v.sayHTML("%s and %d more", listed, left+more).(template.HTML)
}

// tag is a tinted word.
func tag(tone, text string) template.HTML {
	return template.HTML(`<span class="tag ` + tone + `">` + template.HTMLEscapeString(text) + `</span>`)
}

func (v voice) roadTag(s RoadStep, now time.Time) template.HTML {
	switch {
	case !s.DoneOn.IsZero():
		return tag("ok", v.say("done"))
	case s.To.Before(now):
		return tag("bad", v.say("late"))
	}
	return template.HTML(`<span class="soft">` + template.HTMLEscapeString(v.say("planned")) + `</span>`)
}
