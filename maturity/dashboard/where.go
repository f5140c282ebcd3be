package dashboard

import (
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
)

// Where is where the organisation stands.
type Where struct {
	// Level is the level, Name what to call it, Meaning what somebody on it can show.
	Level   maturity.Level `json:"level"`
	Name    string         `json:"name"`
	Meaning string         `json:"meaning"`
	// Since is since when it is held; zero if nothing shows it. AtLeast says that it
	// may have been so before.
	Since   calendar.Date `json:"since,omitzero"`
	AtLeast bool          `json:"at_least,omitempty"`
	// Word is the weakest word on which the level rests; empty on the lowest. Words says
	// how many of all criteria that are met rest on which.
	Word  maturity.Basis `json:"word,omitempty"`
	Words []WordCount    `json:"words,omitempty"`
	// Target is the next level, Progress how far it has come; nil on the highest.
	Target   maturity.Level `json:"target"`
	Progress *Split         `json:"progress,omitempty"`
	// Levels are how far each level is, the lowest first.
	Levels []LevelSplit `json:"levels"`
	// Fall is what time alone does; nil if it does nothing.
	Fall *Fall `json:"fall,omitempty"`
}

// LevelSplit is how far a level is.
type LevelSplit struct {
	Split
	Level maturity.Level `json:"level"`
}

// WordCount is how many of the criteria that are met rest on one sort of word.
type WordCount struct {
	Word maturity.Basis `json:"word"`
	// Value is how many there are.
	Value int `json:"value"`
	// List is the route of the list that makes it.
	List string `json:"list"`
}

// Fall is a fall of the level to come if nothing is renewed.
type Fall struct {
	// After is the last moment at which the level holds, To the level from then on.
	After calendar.Date  `json:"after"`
	To    maturity.Level `json:"to"`
	// Days is how many days are left.
	Days int `json:"days"`
	// Because are the criteria that stop being met, Subjects the records behind that.
	Because  []Ref `json:"because"`
	Subjects []Ref `json:"subjects,omitempty"`
	// More is how many records there are besides.
	More int `json:"more,omitempty"`
}

var wordOrder = []maturity.Basis{maturity.SelfDeclared, maturity.SecondPerson, maturity.Audited}

func (k *look) where() Where {
	r := k.report
	w := Where{Level: r.Level, Name: k.told(r.Name), Target: min(r.Level+1, maturity.ML3)}
	for _, l := range k.in.Model.Levels {
		if l.Level == r.Level {
			w.Meaning = k.told(l.Meaning)
		}
	}
	since, atLeast := k.in.Past.since(r.Level, k.now)
	w.Since, w.AtLeast = k.on(since), atLeast
	met, carries := make(map[maturity.Basis]int), make(map[maturity.Basis]bool)
	for _, c := range r.Criteria {
		if c.State == maturity.StateMet {
			met[c.ResultBasis]++
			carries[c.ResultBasis] = carries[c.ResultBasis] || c.Criterion.Level <= r.Level
		}
	}
	for _, b := range wordOrder {
		if met[b] == 0 {
			continue
		}
		if w.Word == "" && carries[b] {
			w.Word = b
		}
		w.Words = append(w.Words, WordCount{Word: b, Value: met[b], List: listRoute("criteria", "basis", string(b), "state", "met")})
	}
	for _, l := range maturity.Levels()[1:] {
		w.Levels = append(w.Levels, LevelSplit{Split: k.progress(l), Level: l})
	}
	if r.Level < maturity.ML3 {
		p := k.progress(w.Target)
		w.Progress = &p
	}
	if d := r.NextDrop; d != nil {
		f := Fall{After: k.on(d.After), To: d.To, Days: daysBetween(k.now, d.After)}
		var failing []maturity.Failure
		for _, c := range d.Because {
			f.Because = append(f.Because, Ref{Name: k.told(c.Title), Route: "criteria/" + c.Criterion, Why: c.Criterion})
			failing = append(failing, c.Failing...)
		}
		f.Subjects, f.More = k.refs(failing)
		w.Fall = &f
		k.changes(d.After)
	}
	return w
}

// progress counts the criteria of a level.
func (k *look) progress(l maturity.Level) Split {
	s := Split{ID: "progress." + l.String(), Label: k.say("criteria for %s", l.String()),
		MetList:    listRoute("criteria", "level", l.String(), "state", "met"),
		NotMetList: listRoute("criteria", "level", l.String(), "state", "not_met"), UnknownList: listRoute("criteria", "level", l.String(), "state", "unknown"),
		List: listRoute("criteria", "level", l.String())}
	for _, c := range k.report.Criteria {
		if c.Criterion.Level == l {
			s.add(c.State)
		}
	}
	return s
}

// add counts one criterion; one that does not concern the organisation is not.
func (s *Split) add(state maturity.State) {
	switch state {
	case maturity.StateMet:
		s.Met++
	case maturity.StateNotMet:
		s.NotMet++
	case maturity.StateUnknown:
		s.Unknown++
	default:
		return
	}
	s.Of++
}
