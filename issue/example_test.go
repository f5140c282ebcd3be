package issue_test

import (
	"errors"
	"fmt"

	"github.com/aimskit/aimskit/issue"
)

func Example() {
	validate := func(name string, parties []string) error {
		var is issue.Issues
		if name == "" {
			is.Add("name", "required", name, "may not be empty")
		}
		for i, p := range parties {
			if !issue.ValidKey(p) {
				is.Add(issue.Index("parties", i), "key", p, issue.KeyRule)
			}
		}
		return is.Err()
	}

	err := validate("", []string{"staff", "the public"})
	if is, ok := errors.AsType[issue.Issues](err); ok {
		for _, i := range is {
			fmt.Println(i.Field, i.Rule)
		}
	}
	// Output:
	// name required
	// parties[1] key
}
