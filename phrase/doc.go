// Package phrase tells the texts of all packages in the language of who reads them.
//
// Texts are written in English where they are said: the English format is the key of
// its translation. A catalogue of a language is a file of JSON for each package, such
// as de/dashboard.json, sorted by key:
//
//	{
//	  "%d of %d criteria are met": "%d von %d Kriterien sind erfüllt",
//	  "%d days": {"plural": 1, "one": "%d Tag", "other": "%d Tage"}
//	}
//
// A key that stands in two files is told in the same way in both. Of a plural, argument
// number "plural" decides, counted from 1. Verbs are those of package fmt; a translation
// may put them in another order by %[2]s. English has a catalogue of its own for what
// differs by number, and for words that English has one of and other languages two: the
// key then says which one is meant, in brackets at its end.
//
// [Phrases.Text] tells an issue.Text, and a Text among its arguments in the same
// language. A string among them is somebody's own word and stays as it is, also where
// it looks like one of ours; an issue.Day is told in the form of the language, and in
// English as it stands. What has no translation is told in English, and
// [Phrases.Missing] says so.
//
// A third language is a folder of such files, named after it, that [Read] takes from any
// fs.FS. [Keys] are what is to be translated, [Phrases.Untold] what is left of that:
//
//	//go:embed fr/*.json
//	var files embed.FS
//
//	french, err := phrase.Read(files, language.French)
//	todo := french.Untold()         // a test of one's own asks that it is empty
//	said := french.Text(finding.Text)
//
// A plural has "zero", "one", "two", "few", "many" and "other", as many as the language needs
// by CLDR. Months are keys, such as "January" and "Jan [month]", and so are forms of days, such
// as "2 January 2006 [layout]". Pages of the dashboard are in the languages of [Languages].
//
// Plural forms and the form of numbers are those of golang.org/x/text; names of months,
// which it has none of, stand in phrase.json.
package phrase
