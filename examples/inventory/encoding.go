package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The encodings that decode reads.
const (
	encodingAuto        = "auto"
	encodingUTF8        = "utf-8"
	encodingWindows1252 = "windows-1252"
)

// windows1252 holds what the bytes 0x80 to 0x9F mean in Windows-1252; zero for
// the five that mean nothing. The bytes from 0xA0 are those of Unicode.
// Source: the WHATWG and Unicode tables agree on the 27 characters.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// encodingError says which byte can't be what the encoding says it is.
type encodingError struct {
	Encoding     string // as which the file was read
	Line, Column int    // where, both from 1; the column counts bytes
	Byte         byte   // what stands there
	Hint         string // what it may be instead
}

func (e *encodingError) Error() string {
	return fmt.Sprintf("line %d, byte %d: 0x%02X is not valid %s; %s", e.Line, e.Column, e.Byte, e.Encoding, e.Hint)
}

// decode turns the bytes of a file into text and says which encoding it took
// them for. Under encodingAuto, what is valid UTF-8 is UTF-8 (other encodings
// that use bytes above 0x7F are hardly ever valid UTF-8 by chance), and
// everything else is Windows-1252. A byte order mark is taken off.
func decode(data []byte, encoding string) (text, used string, err error) {
	fail := func(as string, at int, hint string) (string, string, error) {
		before := data[:at]
		line := 1 + bytes.Count(before, []byte{'\n'})
		return "", as, &encodingError{Encoding: as, Line: line, Column: at - bytes.LastIndexByte(before, '\n'), Byte: data[at], Hint: hint}
	}
	const export = `save it as "CSV UTF-8" and try again`
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		return fail("text", 0, "the file is UTF-16: "+export)
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return fail("text", at, "the file is UTF-16, or no text at all: "+export)
	}
	if encoding == encodingAuto {
		encoding = encodingWindows1252
		if utf8.Valid(data) {
			encoding = encodingUTF8
		}
	}
	switch encoding {
	case encodingUTF8:
		if at := invalidUTF8(data); at >= 0 {
			return fail(encoding, at, "if a spreadsheet wrote the file, try -encoding "+encodingWindows1252)
		}
		return strings.TrimPrefix(string(data), "\uFEFF"), encoding, nil
	case encodingWindows1252:
		var b strings.Builder
		b.Grow(len(data) + len(data)/32)
		for at, c := range data {
			switch {
			case c < 0x80:
				b.WriteByte(c)
			case c >= 0xA0:
				b.WriteRune(rune(c))
			case windows1252[c-0x80] == 0:
				return fail(encoding, at, "the file is in another encoding: "+export)
			default:
				b.WriteRune(windows1252[c-0x80])
			}
		}
		return b.String(), encoding, nil
	}
	return "", encoding, fmt.Errorf("unknown encoding %q: use %s, %s or %s", encoding, encodingWindows1252, encodingUTF8, encodingAuto)
}

// invalidUTF8 returns the place of the first byte that is not part of a valid
// UTF-8 sequence, or -1.
func invalidUTF8(data []byte) int {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}
