// Package browsertest looks at the pages of maturity/dashboard in a real browser:
// Debian's chromium, driven by chromedp, with axe-core run in each page. It is a module
// of its own, so that who embeds the library takes none of that on.
//
// Each page is looked at 360, 768, 1280 and 1600 pixels wide, in light and in dark: nothing
// is cut off or sticks out, no letter is smaller than 12 pixels, the console stays empty,
// axe-core reports nothing at WCAG 2.2 AA. The board's view fits 1280 by 800, and one
// sheet of A4; the report for the board is on two at most. What is printed is read with pdftotext:
// each sheet says whose it is, all that the page says is on the sheets, what is folded too, and
// nothing lies beyond their margins. What people may have written runs
// nothing and breaks out of nothing. Some pages are looked at in German as well, whose words
// are longer.
//
//	apt-get install chromium npm poppler-utils
//	npm ci
//	go test .            # each kind of page of four organisations
//	go test . -all       # every page of the small ones, more of the large one
//	go test . -run Pictures -shots DIR   # writes pictures of the views, for somebody to look at;
//	                                     # of other pages with -paths exceptions,exceptions/e1
package browsertest
