package maturity

// Omission is a criterion that the model has a number for and does not judge,
// because nothing on file could answer it.
type Omission struct {
	// ID and Title are the criterion's.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Why says what is missing.
	Why string `json:"why"`
}

// Omissions returns the criteria that the default model leaves out, in order: none now.
// An embedder who keeps the missing records can add them with Model.With.
func Omissions() []Omission {
	return []Omission{}
}
