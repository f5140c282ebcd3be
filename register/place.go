package register

import "strings"

// members are the member states of the Union by their ISO 3166-1 codes, and outermost
// are places with a code of their own that belong to one and where the Treaties
// apply (Art. 355(1) and (4) TFEU): French Guiana, Guadeloupe, Martinique, Mayotte,
// Réunion, Saint-Martin and Åland. The EEA states are not among them: Union law
// binds there once the EEA agreement takes it up.
const (
	members   = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
	outermost = "AX GF GP MF MQ RE YT"
)

// overseas are subdivisions of member states that are not of the Union: overseas
// countries and territories (Art. 355(2) TFEU), and Clipperton.
const overseas = " FR-BL FR-CP FR-NC FR-PF FR-PM FR-TF FR-WF NL-AW NL-BQ1 NL-BQ2 NL-BQ3 NL-CW NL-SX "

// assigned are the codes that ISO 3166-1 assigns, 249 as of 2026.
const assigned = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG " +
	"CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL " +
	"GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA " +
	"LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP " +
	"NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV " +
	"SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"

// others are codes that ISO 3166-1 does not assign, with the one that is meant: what
// the Union's institutions write, then names that countries have given up.
var others = map[string]string{
	"EL": "GR", "UK": "GB",
	"BU": "MM", "DD": "DE", "FX": "FR", "SU": "RU", "TP": "TL", "YU": "RS", "ZR": "CD",
}

// isoPlace returns a jurisdiction with the code of ISO for Greece and the United
// Kingdom, which the Union's institutions write EL and UK, and as it is otherwise.
func isoPlace(s string) string {
	if country, rest := cutCountry(s); country == "EL" || country == "UK" {
		return others[country] + rest
	}
	return s
}

// cutCountry cuts a jurisdiction after its country.
func cutCountry(s string) (country, rest string) {
	if i := strings.IndexByte(s, '-'); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// Within reports whether a jurisdiction lies in another: the same, a region of
// it, or, for the Union ("EU"), a member state, a region of one or an outermost
// region; not what of a member state lies overseas and outside the Union. "EL" and
// "UK" are read as "GR" and "GB".
func Within(jurisdiction, place string) bool {
	jurisdiction, place = isoPlace(jurisdiction), isoPlace(place)
	country, rest := cutCountry(jurisdiction)
	return jurisdiction == place || country == place ||
		place == "EU" && among(country, members+" "+outermost) && (rest == "" || !strings.Contains(overseas, " "+jurisdiction+" "))
}

// among reports whether a code of two letters stands in a list.
func among(country, list string) bool {
	return len(country) == 2 && country[0] != ' ' && country[1] != ' ' && strings.Contains(list, country)
}

// IsJurisdiction reports whether it is a jurisdiction as entries of the register name
// them: "EU", a code that ISO 3166-1 assigns, or such a code with a subdivision.
func IsJurisdiction(s string) bool { return validJurisdiction(s) }

// validJurisdiction reports whether it is "EU", a code that ISO 3166-1 assigns, or
// such a code with what has the form of a subdivision: these come and go faster
// than this code.
func validJurisdiction(s string) bool {
	country, region := cutCountry(s)
	if region == "" {
		return country == "EU" || among(country, assigned)
	}
	return among(country, assigned) && len(region) >= 2 && len(region) <= 4 && upperOrDigit(region[1:])
}

// nearPlace returns the jurisdiction that a wrong one most likely stands for; empty
// if none is near.
func nearPlace(s string) string {
	upper := strings.ToUpper(strings.TrimSpace(s))
	country, region := cutCountry(upper)
	if other, ok := others[country]; ok {
		upper = other + region
	}
	if upper != s && validJurisdiction(upper) {
		return upper
	}
	return ""
}
