package bench

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// variety is how many different bodies there are.
const variety = 4096

// recordKey is the key of record n, with nine digits: by hand, as fmt would take
// some of the time that is measured.
func recordKey(n int64) string {
	b := []byte("risk-000000000")
	for i := len(b) - 1; n > 0 && b[i] != '-'; i-- {
		b[i] += byte(n % 10)
		n /= 10
	}
	return string(b)
}

// recordRisk is record n: a risk of about 950 bytes of JSON, most of them text
// that does not repeat.
func recordRisk(n int64) register.Risk {
	r := pool()[n%variety].risk
	r.ID = recordKey(n)
	return r
}

// recordBody is what record n is for the peers that take bytes: made
// beforehand, so that what is measured is keeping it.
func recordBody(n int64) []byte { return pool()[n%variety].body }

// written is when all records are, so that who works fields out comes to the same.
var written = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

type record struct {
	risk register.Risk
	body []byte
}

var pool = sync.OnceValue(func() []record {
	all := make([]record, variety)
	for i := range all {
		r := register.Risk{
			ID: recordKey(int64(i)), Title: "Risk number " + strconv.Itoa(i), Description: text(uint64(i), 430),
			Axis: register.AxisPeople, Area: register.AreaBias, Source: "impact assessment", Authors: []string{by.Actor},
			Inherent:   register.Rating{Likelihood: 3, Consequence: 4, Criteria: 1},
			Residual:   register.Rating{Likelihood: 3, Consequence: 4, Criteria: 1},
			AssessedOn: calendar.Of(written, nil), ReviewDue: calendar.Of(written.AddDate(1, 0, 0), nil),
		}
		r.Assessed = []register.RiskAssessment{{By: by.Actor, On: calendar.Of(written, nil), At: written, Inherent: r.Inherent, Residual: r.Residual}}
		body, err := json.Marshal(r)
		if err != nil {
			panic(err) // a value of plain fields
		}
		all[i] = record{r, body}
	}
	return all
})

var words = strings.Fields(`applicants are ranked by a model that was trained on the decisions of past years so groups
	which were seldom hired may be ranked low again nobody looks at those who are left out reviewers see a score
	without its reasons and follow it most of the time under pressure a sample is checked each quarter by people who
	did not build it and the share of each group among those invited is compared with that among all who applied`)

// text is at least size bytes of words, other ones for each seed.
func text(seed uint64, size int) string {
	r := rand.New(rand.NewPCG(seed, 42001))
	var b strings.Builder
	for b.Len() < size {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[r.IntN(len(words))])
		if r.IntN(8) == 0 {
			b.WriteString(strconv.FormatUint(uint64(r.Uint32()), 36))
		}
	}
	return b.String()
}
