// Package dashboard shows where an AI management system stands: to a board, which reads
// it in five seconds; to who leads it, who works from it; to an auditor, who takes it
// apart.
//
// # One computation
//
// [Compute] works out a [Screen]: every figure of three views with its denominator, who
// answers for it, what to do next and the records behind it. It is a plain value that
// can be sent on as JSON. All else draws it and works out nothing: [Screen.WriteHTML] a
// page that stands alone, [Handler] pages to click through, [Export] the same as files,
// [Screen.WriteMarkdown] reports, and [Screen.WritePack] the same reports as pages that print.
//
//	screen, err := dashboard.Compute(m.View(), now, nil)
//	err = screen.WriteHTML(w, dashboard.ViewBoard, nil)
//
// # Rules that each figure keeps
//
// A share is never a percentage alone: it is so many of so many. What is met, what is
// not and what can't be told are three parts, and the third is never counted with
// either of the others; it is hatched and named. Risks stand on two axes, each against
// its own appetite; there is no score that blends them. What is red says who answers for
// it, by when, and what to do next; where no day is on file the page says that. With no
// system registered it says what to do first instead of showing zeros; with less than
// two weeks of a past it draws no line. Levels, findings and criteria are those of
// package maturity and of [aims.View.Findings].
//
// # Pages
//
// A [Handler] is mounted in a mux of the program's own:
//
//	mux.Handle("/aims/", dashboard.Handler(m, &dashboard.Options{Base: "/aims"}))
//
// Every figure leads to the list that makes it, every list to its records, and a record
// shows its fields, the findings and criteria that speak of it, and who wrote it when and
// why, with the fields before and after; of a list what came and what went. What is long is
// folded, and printed whole. There is a list for each kind of records, an
// embedder's own among them ([aims.Options.Kinds]): it follows from the kind itself.
//
//	/ /lead /auditor            the views
//	/systems /controls /risks … a list of each kind: ?stage=operation&sort=-name&page=2&q=credit
//	/systems/credit-scoring     a record
//	/findings /criteria /agenda /expiries /trail
//	/criteria/ML1.03 /checks/S1-01 /frameworks/iso27001
//	/packs/board /packs/review /packs/audit   reports for a meeting, to print
//
// A list begins with what a record is called, and can be chosen from by its ID and all its
// columns, 100 rows to a page ([PageSize]), or whole with
// ?page=all, which is written as its rows are read; what it can be asked for stands in the
// answer to what it can't. ?at=2026-06-30 shows any page as of
// the end of that day; a day to come shows what will have run out, and says so. Each page
// is JSON too, for Accept: application/json or with .json behind its path;
// that of the board is the whole Screen, of which /schema.json is the schema ([Schema]).
//
// Answers carry an ETag of all that they hang on: the head of the journal, the moment,
// the reader, the look. What was worked out is kept and used again until the journal
// changes, or time alone changes something ([Screen.Until]). The past is judged once a
// day ([Options.Weeks]); of ten thousand systems each week takes a second and more, so
// there a program may want fewer of them, or to hand them in ([Input.Past]). With
// [Options.Follow] the level, the findings and much of the tiles are followed by what
// commits touch, as a [Watch] does for whoever makes screens itself: of ten thousand
// systems the first page after a change of one then takes milliseconds in place of a
// second, after new evidence a tenth of one. A change of people or decisions, and each new
// day, has it begin anew, which takes several seconds of one processor; a handler does so
// beside the requests, and answers them meanwhile as if it did not follow.
//
// Errors are pages, or problems (RFC 9457) where JSON is asked for: 404 for what there is
// not, a page beyond the last and a day before the first commit; 400 for a query that
// names what can't be asked, with what can; 401 and 403 as the hooks say.
//
// # Many organisations
//
// A [Portfolio] shows where the tenants of an aims.Fleet stand, who needs help most first:
// level and its course, findings, what is overdue, systems in use that no approved
// assessment covers, the next fall, the certificate, who leads, what helps most. It is a
// plain value as a Screen is, with a schema ([PortfolioJSONSchema]). The order follows from
// a table of rules with reasons ([HelpRules]), which a program can set.
//
// A [Folio] keeps a [Line] of each tenant: what a Screen says in a line ([LineOf]).
// [Folio.Refresh] opens only tenants whose journal has another head than the line, or
// whose line time may have changed, which happens at the end of the day at the latest;
// one after the other, or as many at a time as it is told. It has to be called: at the
// start and every few minutes. With a [LineStore] lines outlive the process. A tenant that
// can't be opened has a line that says so.
//
//	folio, err := dashboard.NewFolio(fleet, nil)
//	mux.Handle("/portfolio/", dashboard.PortfolioHandler(folio, &dashboard.PortfolioOptions{Base: "/portfolio", Tenants: "/tenants"}))
//
// The page is chosen from as lists are, without a day: /portfolio/?need=PF-03&sort=-majors
// or /portfolio/portfolio.json. It works nothing out and opens no tenant.
// [PortfolioOptions.Sees] says which tenants a reader may see: nothing, sums among it,
// tells of the others; [PortfolioOptions.Redact] what of their lines, and sums, needs and the
// order follow from that. [Portfolio.WriteMarkdown] writes it as a report.
//
// # Who sees what
//
// [Options.Allow] is asked before a page or record is shown. [Options.Reader] says who
// reads, and pages show what [aims.Options.Redact] leaves of each record; levels and
// findings are of the whole, and the page says so.
//
// # Languages
//
// [Input.Language] is the language of all sentences of a Screen, and of all that is drawn
// of it: pages, JSON, reports, the terminal. A handler is told the languages among which a
// reader chooses ([Options.Languages]), by ?lang=de or by what the browser asks for:
//
//	dashboard.Handler(m, &dashboard.Options{Languages: phrase.Languages()})
//
// Routes, the keys and values that lists are chosen by, and the IDs of figures are the same
// in each. What people wrote stays as they wrote it. Package phrase has the texts: English
// and German.
//
// # Looks
//
// Pages need no script and load nothing but their style sheet, which the
// Content-Security-Policy allows by origin, or by its hash where it stands in the page.
// They are light or dark as the reader's system is, and print; the board's view fits a
// screen of 1280 by 800, and one sheet of A4 across. Each sheet says whose it is, of which
// day, from which commit, and its page of how many; reports stand on sheets of A4 upright. Charts have a table beside or behind
// them. The colours are CSS variables, each with the JSON name of a field of [Palette]
// (--paper, --ink, --accent-2); [Theme] sets them, and one that can't be read is refused
// ([Pairs], [Contrast]).
package dashboard
