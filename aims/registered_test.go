package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

// How a system came on file stays, whatever is typed of it afterwards.
func TestRegistrationOf(t *testing.T) {
	o := newOrg(t).staffed()
	s := spamFilter()
	s.Stage = register.StageDesign
	o.register(s)
	o.clock.Set(day(10))
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.InUseSince, s.Purpose = dayOf(0).AddDays(-100), "Sort all mail."
		_, err := tx.ReviseSystem(s)
		return err
	})
	r, ok := o.View().RegistrationOf("spam")
	require.True(t, ok)
	require.Equal(t, aims.Registration{At: day0, Stage: register.StageDesign}, r)
	require.False(t, r.Live())
	_, ok = o.View().RegistrationOf("none")
	require.False(t, ok)
	require.True(t, aims.Registration{Stage: register.StageOperation}.Live())
}
