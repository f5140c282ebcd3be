package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"10/1/2023":                         "2023-10-01",
		" 3/14/2024\n":                      "2024-03-14",
		"2024-10-16 (pilot licenses given)": "2024-10-16",
		"2022-08 (estimated)":               "2022-08-01",
		"08/2022":                           "2022-08-01",
	} {
		got, why := parseDate(in)
		require.Empty(t, why, in)
		require.Equal(t, want, got.Format(time.DateOnly), in)
	}
	for _, in := range []string{"", " ", "N/A", "NA", "\u00A0", "TBD", "N/A - Deconsolidation of several use cases"} {
		got, why := parseDate(in)
		require.Empty(t, why, in)
		require.True(t, got.IsZero(), in)
	}
	for in, want := range map[string]string{
		"7/14/1905":                      "a year that a spreadsheet took for a day count",
		"22-Jul":                         "it can't be told whether",
		"10/12023":                       "not a date",
		"13/1/2023":                      "not a date",
		"2/30/2024":                      "not a date",
		"2019-2023":                      "not a date",
		"Pre-2021":                       "not a date",
		"1/1/1776":                       "out of bounds",
		"1/1/9999":                       "out of bounds",
		"Ongoing":                        "not a date",
		"2024-01-01 (a); 2024-02-01 (b)": "not a date",
	} {
		got, why := parseDate(in)
		require.Contains(t, why, want, in)
		require.True(t, got.IsZero(), in)
	}
}

func TestSerialYear(t *testing.T) {
	// What a spreadsheet shows for a cell that holds 2022.
	require.Equal(t, 2022, serialYear(time.Date(1905, 7, 14, 0, 0, 0, 0, time.UTC)))
	require.Zero(t, serialYear(time.Date(2022, 7, 14, 0, 0, 0, 0, time.UTC)))
}
