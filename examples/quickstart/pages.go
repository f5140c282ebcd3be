package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity/dashboard"
)

// writePages writes the pages of the dashboard as files, to be opened without a server.
func writePages(ctx context.Context, m *aims.Manager, dir string) error {
	d, err := dashboard.NewDir(dir)
	if err != nil {
		return err
	}
	done, err := dashboard.Export(ctx, m, d, &dashboard.ExportOptions{Input: input(m.View())})
	if err = errors.Join(err, d.Close()); err != nil {
		return err
	}
	fmt.Printf(`
   The same on %d pages, for a board, for who leads and for an auditor: open
       %s/index.html
   in a browser, or run this with -serve.
`, done.Pages, dir)
	return nil
}

// input asks for the plan to ML2, from the day of the founding, and for a forecast, which is
// drawn once there are six weeks to judge.
func input(v *aims.View) *dashboard.Input {
	return &dashboard.Input{PlanFrom: founded(v), Expect: true}
}

// servePages serves the pages of the dashboard on this machine until ctx ends.
func servePages(ctx context.Context, m *aims.Manager) error {
	l, err := net.Listen("tcp", "127.0.0.1:8042")
	if err != nil {
		l, err = net.Listen("tcp", "127.0.0.1:0") // somebody else has that port
	}
	if err != nil {
		return err
	}
	fmt.Printf(`
   The dashboard is served on http://%s/ until you press Ctrl-C:
       /          the board    /lead    who leads    /auditor    an auditor
       /systems   a list of each kind of records; each figure leads to one
`, l.Addr())
	server := &http.Server{Handler: dashboard.Handler(m, &dashboard.Options{Input: input(m.View())}), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return server.Shutdown(last)
}
