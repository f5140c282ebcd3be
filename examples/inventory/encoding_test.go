package main

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestDecode(t *testing.T) {
	for name, c := range map[string]struct {
		data, encoding string
		text, used     string
	}{
		"ASCII is UTF-8":               {"a,b", encodingAuto, "a,b", encodingUTF8},
		"UTF-8":                        {"system’s", encodingAuto, "system’s", encodingUTF8},
		"UTF-8 with a byte order mark": {"\xEF\xBB\xBFUse Case", encodingAuto, "Use Case", encodingUTF8},
		"Windows-1252 is recognised":   {"system\x92s \x96 \x80", encodingAuto, "system’s – €", encodingWindows1252},
		"the upper half is Latin-1":    {"caf\xE9\xA0", encodingAuto, "café\u00A0", encodingWindows1252},
		"Windows-1252 on request":      {"\xC3\xA9", encodingWindows1252, "Ã©", encodingWindows1252},
	} {
		text, used, err := decode([]byte(c.data), c.encoding)
		require.NoError(t, err, name)
		require.Equal(t, c.text, text, name)
		require.Equal(t, c.used, used, name)
	}
}

func TestDecodeSaysWhichByteIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		data, encoding string
		line, column   int
		b              byte
		says           string
	}{
		"UTF-16, little end first":      {"\xFF\xFEa\x00", encodingAuto, 1, 1, 0xFF, "UTF-16"},
		"UTF-16, big end first":         {"\xFE\xFF\x00a", encodingAuto, 1, 1, 0xFE, "UTF-16"},
		"UTF-16 without a mark":         {"a\x00,\x00", encodingAuto, 1, 2, 0x00, "UTF-16"},
		"a byte without a meaning":      {"a,b\r\nc,\x81d", encodingAuto, 2, 3, 0x81, "not valid windows-1252"},
		"not UTF-8, though asked for":   {"a,b\n\nx\x92", encodingUTF8, 3, 2, 0x92, "try -encoding windows-1252"},
		"the start of a longer UTF-8":   {"ab\xE2\x80", encodingUTF8, 1, 3, 0xE2, "not valid utf-8"},
		"a byte without one, forced so": {"é\x9D", encodingWindows1252, 1, 3, 0x9D, "another encoding"},
	} {
		_, _, err := decode([]byte(c.data), c.encoding)
		var e *encodingError
		require.ErrorAs(t, err, &e, name)
		require.Equal(t, [2]int{c.line, c.column}, [2]int{e.Line, e.Column}, name)
		require.Equal(t, c.b, e.Byte, name)
		require.ErrorContains(t, err, c.says, name)
	}
	_, _, err := decode([]byte("a"), "ebcdic")
	require.ErrorContains(t, err, `unknown encoding "ebcdic"`)
}

// Every byte of Windows-1252 is one character or an error, and no two bytes
// are the same character.
func TestWindows1252IsOneToOne(t *testing.T) {
	seen := make(map[string]byte)
	var undefined []byte
	for b := 1; b < 256; b++ {
		text, _, err := decode([]byte{byte(b)}, encodingWindows1252)
		if err != nil {
			undefined = append(undefined, byte(b))
			continue
		}
		require.Equal(t, 1, utf8.RuneCountInString(text))
		require.NotContains(t, seen, text)
		seen[text] = byte(b)
	}
	require.True(t, slices.Equal([]byte{0x81, 0x8D, 0x8F, 0x90, 0x9D}, undefined), "% X", undefined)
}
