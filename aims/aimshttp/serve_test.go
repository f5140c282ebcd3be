package aimshttp_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/aimshttp"
	"github.com/aimskit/aimskit/storage/memory"
)

// Serving ends with its context: a stream that is open then ends too, and the fleet is
// closed.
func TestServe(t *testing.T) {
	fleet, err := aims.NewFleet(memory.NewTenants(), nil)
	require.NoError(t, err)
	require.NoError(t, fleet.Create(t.Context(), "acme", by, nil))
	s := &aimshttp.Server{Fleet: fleet, Who: func(*http.Request) (aimshttp.Caller, error) { return aimshttp.Caller{By: by}, nil }}
	mux := http.NewServeMux()
	s.Register(mux, "/t/{tenant}")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- s.Serve(ctx, &http.Server{Handler: mux}, l) }()
	base := "http://" + l.Addr().String() + "/t/acme"
	for path, status := range map[string]int{"/system": 200, "/role/aims-lead": 200, "/role/aims-lead/history": 200, "/system/x/questions": 404, "/assessment/x/draft": 404, "/export": 200} {
		resp, err := http.Get(base + path)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, status, resp.StatusCode, path)
	}
	resp, err := http.Get(base + "/changes")
	require.NoError(t, err)
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	require.True(t, lines.Scan())
	stop()
	for lines.Scan() {
		require.NotContains(t, lines.Text(), "problem", "it ends as asked for")
	}
	require.NoError(t, lines.Err())
	require.NoError(t, <-served)
	_, err = fleet.View(context.Background(), "acme")
	require.ErrorIs(t, err, aims.ErrClosed)
}

// What can't be served is said, and leaves nothing open.
func TestServeFails(t *testing.T) {
	fleet, err := aims.NewFleet(memory.NewTenants(), nil)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	s := &aimshttp.Server{Fleet: fleet}
	require.ErrorIs(t, s.Serve(t.Context(), &http.Server{}, l), net.ErrClosed)
	_, err = fleet.View(t.Context(), "acme")
	require.ErrorIs(t, err, aims.ErrClosed)
}
