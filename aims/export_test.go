package aims

import "github.com/aimskit/aimskit/storage/ledger"

// ShowsTheSame reports whether a transaction shows the very records that a view does, by
// where they lie: to copy all of them for each refusal takes tests minutes.
func ShowsTheSame(tx *Tx, v *View) bool {
	for _, k := range kinds {
		were, of := make(map[string]any), 0
		for key, rec := range ledger.Seen(k, v.r) {
			were[key] = rec
		}
		for key, rec := range ledger.Seen(k, tx.reading.r) {
			if were[key] != rec {
				return false
			}
			of++
		}
		if of != len(were) {
			return false
		}
	}
	return true
}

// RemembersAll has a View of however few systems remember what its probes saw.
func RemembersAll() (restore func()) {
	few := fewSystems
	fewSystems = -1
	return func() { fewSystems = few }
}
