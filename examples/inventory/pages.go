package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity/dashboard"
)

// show says how the dashboard is shown: as files in a directory, served, or not at all.
type show struct {
	dir   string
	serve bool
}

func (s show) show(ctx context.Context, m *aims.Manager, w io.Writer) error {
	if s.dir != "" {
		began := time.Now()
		d, err := dashboard.NewDir(s.dir)
		if err != nil {
			return err
		}
		done, err := dashboard.Export(ctx, m, d, nil)
		if err = errors.Join(err, d.Close()); err != nil {
			return err
		}
		fmt.Fprintf(w, "\n%s pages written in %.1f s: open %s/index.html in a browser\n", thousands(done.Pages), time.Since(began).Seconds(), s.dir)
	}
	if !s.serve {
		return nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:8042")
	if err != nil {
		l, err = net.Listen("tcp", "127.0.0.1:0") // somebody else has that port
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nThe dashboard is served on http://%s/ until you press Ctrl-C\n", l.Addr())
	server := &http.Server{Handler: dashboard.Handler(m, nil), ReadHeaderTimeout: 10 * time.Second}
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
