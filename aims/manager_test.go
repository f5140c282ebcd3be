package aims_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

func TestNewOrganisationStartsPreloaded(t *testing.T) {
	v := newOrg(t).View()
	require.Equal(t, uint64(1), v.Head().Seq)
	require.Len(t, v.Controls(), 38)
	for _, d := range v.Controls() {
		require.Empty(t, d.Applicability, d.Control)
	}
	require.Equal(t, 6, v.Roles().Len())
	for r := range v.Roles().All() {
		require.True(t, r.Mandatory)
		require.Empty(t, r.Holder)
	}
	require.Equal(t, 5, len(v.Criteria().Likelihood))
	require.NotEmpty(t, v.Findings(day0), "an empty management system has much to find")
}

func TestReopeningGivesTheSameView(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.RegisterSystem(spamFilter())
	})
	o.clock.Set(day0.AddDate(0, 1, 0))
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Description = "sorts mail"
		_, err := tx.ReviseSystem(s)
		return err
	})
	again := openOrg(t, o.journal, o.clock)
	require.Equal(t, o.View().Head(), again.View().Head())
	requireSameView(t, o.View(), again.View())
}

// requireSameView compares all live records of two views.
func requireSameView(t testing.TB, a, b *aims.View) {
	t.Helper()
	require.Empty(t, cmp.Diff(dump(a), dump(b)))
}

func dump(v *aims.View) map[string][]any {
	out := make(map[string][]any)
	add := func(kind string, rec any) { out[kind] = append(out[kind], rec) }
	for r := range v.People().All() {
		add("person", r)
	}
	for r := range v.Roles().All() {
		add("role", r)
	}
	for r := range v.Systems().All() {
		add("system", r)
	}
	for r := range v.Assessments().All() {
		add("assessment", fmt.Sprintf("%+v", r))
	}
	for r := range v.Decisions().All() {
		add("decision", fmt.Sprintf("%+v", r))
	}
	for r := range v.Suppliers().All() {
		add("supplier", fmt.Sprintf("%+v", r))
	}
	for r := range v.Evidence().All() {
		add("evidence", fmt.Sprintf("%+v", r))
	}
	return out
}

func TestPublishedRecordsAreOutOfTheCallersReach(t *testing.T) {
	o := newOrg(t).staffed()
	s := spamFilter()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.RegisterSystem(s)
	})
	s.Data[0] = register.DataHealth // the caller's own slice
	got, _ := o.View().Systems().Get("spam")
	require.Equal(t, []register.DataCategory{register.DataCommunications}, got.Data)
}
