package impact

import "maps"

// reassessed is Reassess, without asking rules of the version that the assessment was
// made with.
func reassessed(a Assessment, rules *Rules) Difference {
	if a.Result.Rules == rules.Version() {
		return Difference{}
	}
	return Reassess(a, rules)
}

// Reassess says what other rules would make of what an assessment looked at:
// the same system, the same facts and answers, as they were. The assessment
// itself stays as it is, with the rules that it was made with.
func Reassess(a Assessment, rules *Rules) Difference {
	values := maps.Clone(a.Recorded)
	if values == nil {
		values = make(map[string][]string)
	}
	maps.Copy(values, a.Fingerprint.Attributes)
	return Compare(a.Result, rules.DeriveRecorded(values, a.Facts))
}
