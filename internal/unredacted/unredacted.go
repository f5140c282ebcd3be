// Package unredacted lets what is worked out beside package aims, such as a level of
// maturity, be worked out on the whole though a reader may see a part only. It is
// within the module, so that nobody else reaches what is hidden.
package unredacted

// Of returns the *aims.View that an *aims.View for a reader is of; the view itself
// if it is for nobody in particular. Package aims sets it.
var Of func(view any) any
