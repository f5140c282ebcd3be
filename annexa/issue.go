package annexa

import "github.com/aimskit/aimskit/issue"

// Issue is one thing wrong with a value, as package issue has it.
type Issue = issue.Issue

// Issues are all the things wrong with one value, as package issue has them.
type Issues = issue.Issues
