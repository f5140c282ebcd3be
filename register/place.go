package register

import "strings"

// members are the member states of the Union by their ISO 3166-1 codes. The EEA
// states are not among them: Union law binds there once the EEA agreement takes
// it up.
const members = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

// Within reports whether a jurisdiction lies in another: the same, a region of
// it, or, for the Union ("EU"), a member state or a region of one.
func Within(jurisdiction, place string) bool {
	country, _, _ := strings.Cut(jurisdiction, "-")
	return jurisdiction == place || country == place ||
		place == "EU" && len(country) == 2 && strings.Contains(members, country)
}
