package maturity

import "time"

// Plan is a dated plan to reach a level.
type Plan struct {
	// End is when the level is reached by it.
	End time.Time `json:"end"`
}
