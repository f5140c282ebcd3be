package aimshttp

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/aimskit/aimskit/aims"
)

// Page is what the handlers of lists answer with. A query may say where one begins
// (?from=) and how many items it has at most (?limit=, up to Server.MaxPage).
type Page struct {
	// Items are the records, entries or names, in their order.
	Items []any `json:"items"`
	// Next is where the next page begins, for ?from=; empty on the last.
	Next string `json:"next,omitempty"`
}

// section is the part of a list that a request asks for.
type section struct {
	from  string
	limit int
}

// paged reads the query of a list: which section of it, and what else it names.
func (r *Request) paged() (at section, rest map[string]string, err error) {
	most := orDefault(r.s.MaxPage, 500)
	at.limit = min(orDefault(r.s.Page, 50), most)
	rest = make(map[string]string)
	var is aims.Issues
	query, err := r.query()
	if err != nil {
		return at, nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values := query[name]
		if len(values) > 1 {
			is.Add(name, "single", values[1], "is given %d times; one value is asked for", len(values))
			continue
		}
		switch name {
		case "from":
			at.from = values[0]
		case "limit":
			n, err := strconv.Atoi(values[0])
			if err != nil || n < 1 || n > most {
				is.Add(name, "range", values[0], "1 to %d", most)
			}
			at.limit = n
		default:
			rest[name] = values[0]
		}
	}
	return at, rest, is.Err()
}

// query is the query of a request, all of it: of one that can't be read a part would ask for
// something else than was meant.
func (r *Request) query() (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refused("query", "query", r.URL.RawQuery, "each name and value has to be escaped")
	}
	return values, nil
}

// page is paged for a list that can be asked for nothing else.
func (r *Request) page() (section, error) {
	at, rest, err := r.paged()
	if err != nil {
		return at, err
	}
	var is aims.Issues
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		is.Add(name, "declared", rest[name], "this list is asked by from and limit alone")
	}
	return at, is.Err()
}

// refused is an error about a part of the request.
func refused(field, rule, value, format string, args ...any) error {
	var is aims.Issues
	is.Add(field, rule, value, format, args...)
	return is
}
