package dashboard_test

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/maturity/dashboard"
)

// What is written is as the schema says, of organisations of every age.
func TestScreenFollowsItsSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(dashboard.Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource(dashboard.ScreenSchema, doc))
	s, err := c.Compile(dashboard.ScreenSchema)
	require.NoError(t, err)
	for name, screen := range screens(t) {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(marshal(t, screen)))
		require.NoError(t, err)
		require.NoError(t, s.Validate(v), name)
	}
	require.Equal(t, string(dashboard.Schema()), get(newOrg(t).handler(dashboard.Options{}), "/schema.json").body)
}
