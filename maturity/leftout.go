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

// Omissions returns the criteria that the default model leaves out, in order.
// An embedder who keeps the missing records can add them with Model.With.
func Omissions() []Omission {
	return []Omission{
		{"ML2.15", "Change is planned", "The day on which a change went live is not on file, so it can't be set against the day of its assessment."},
		{"ML3.05", "Monitoring evidence arrives by itself", "Evidence does not say whether a program collected it."},
		{"ML3.08", "Reassessment precedes release", "As ML2.15; exceptions that run out are judged by ML2.07."},
		{"ML3.09", "Predicted impact is compared with observed", "Reviews of a system after its deployment are not on file."},
		{"ML3.10", "Affected people are heard", "Feedback of affected people is not among the matters that a management review records."},
		{"ML3.13", "New AI is found fast", "A view does not hold the day on which a system was registered; the audit trail does."},
		{"ML3.14", "Retirement is disciplined", "What was done when a system was retired is not on file."},
	}
}
