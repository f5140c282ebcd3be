package aims

import (
	"fmt"

	"github.com/aimskit/aimskit/issue"
)

// What counted is kept: fields that were told once are not told otherwise by writing
// over them; a correction is a record of its own, or a verb of its own that leaves the
// former beside it.

// kept adds an issue if a field of a record on file is to change.
func kept[T comparable](is *Issues, field string, was, now T, instead string) {
	if was != now {
		is.Add(field, "kept", fmt.Sprint(now), "it was recorded as %v and stays so; %s", was, issue.Text{ID: instead})
	}
}
