package main

import (
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
)

// The forms in which dates are read. The form asks for month and year; a
// spreadsheet makes the first of the month of that, written the American way.
var dateForms = []string{"1/2/2006", "1/2006", "2006-01-02", "2006-01"}

// The years that a date can plausibly lie in.
const (
	firstYear = 1950
	lastYear  = 2099
)

// parseDate reads a date. Where it can't it returns the reason; a blank, or a
// text that starts with "N/A", is no day without one. A remark in
// brackets after the date is left aside.
func parseDate(s string) (d calendar.Date, why string) {
	s = strings.Join(strings.Fields(s), " ")
	if said(s) == "" || strings.HasPrefix(strings.ToLower(s), "n/a") {
		return d, ""
	}
	date := s
	if open := strings.Index(s, " ("); open > 0 && strings.Index(s, ")") == len(s)-1 {
		date = s[:open]
	}
	for _, form := range dateForms {
		t, err := time.Parse(form, date)
		switch {
		case err != nil:
		case t.Year() >= firstYear && t.Year() <= lastYear:
			return calendar.Of(t, nil), ""
		case serialYear(t) > 0:
			return calendar.Date{}, "a year that a spreadsheet took for a day count, so that month and day are lost"
		default:
			return calendar.Date{}, "the year is out of bounds"
		}
	}
	if _, err := time.Parse("06-Jan", date); err == nil {
		return calendar.Date{}, "it can't be told whether the number is a day or a year"
	}
	return calendar.Date{}, "not a date"
}

// serialYear undoes an accident of spreadsheets: a cell that holds the year
// 2022 and is shown as a date reads 7/14/1905, the 2022nd day from the start
// of 1900 (where these programs count a 29 February that never was). It
// returns the year, or 0 if the date is no such accident.
func serialYear(t time.Time) int {
	// The day numbered 0 is 31 December 1899, less one for the false leap day.
	days := int(t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	if days >= firstYear && days <= lastYear {
		return days
	}
	return 0
}
