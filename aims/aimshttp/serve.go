package aimshttp

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Register routes all that is about one tenant under a prefix that names it, such as
// "/tenants/{tenant}": a program that wants less, or otherwise, routes each handler
// itself. What it adds under the prefix goes before if its pattern says more. What is
// about all tenants (Tenants, CreateTenant, DeleteTenant, Import, AllChanges) is left
// to it, as is who may ask for that.
//
//	GET    /{kind}                    List
//	POST   /{kind}                    Create
//	GET    /{kind}/{id}               Get
//	PATCH  /{kind}/{id}               Patch
//	GET    /{kind}/{id}/history       History
//	GET    /{kind}/{id}/versions      Versions
//	POST   /{kind}/{id}/{verb}        Verb
//	GET    /system/{id}/questions     Questions
//	GET    /assessment/{id}/draft     Draft
//	PUT    /assessment/{id}/draft     SaveDraft
//	GET    /certificate/{id}/performance   Performance
//	GET    /audit_programme/{id}/outcomes  Outcomes
//	GET    /changes                   Changes
//	GET    /export                    Export
func (s *Server) Register(mux *http.ServeMux, prefix string) {
	mux.HandleFunc("GET "+prefix+"/{kind}", s.List)
	mux.HandleFunc("POST "+prefix+"/{kind}", s.Create)
	mux.HandleFunc("GET "+prefix+"/{kind}/{id}", s.Get)
	mux.HandleFunc("PATCH "+prefix+"/{kind}/{id}", s.Patch)
	mux.HandleFunc("GET "+prefix+"/{kind}/{id}/history", s.History)
	mux.HandleFunc("GET "+prefix+"/{kind}/{id}/versions", s.Versions)
	mux.HandleFunc("POST "+prefix+"/{kind}/{id}/{verb}", s.Verb)
	mux.HandleFunc("GET "+prefix+"/system/{id}/questions", s.Questions)
	mux.HandleFunc("GET "+prefix+"/assessment/{id}/draft", s.Draft)
	mux.HandleFunc("PUT "+prefix+"/assessment/{id}/draft", s.SaveDraft)
	mux.HandleFunc("GET "+prefix+"/certificate/{id}/performance", s.Performance)
	mux.HandleFunc("GET "+prefix+"/audit_programme/{id}/outcomes", s.Outcomes)
	mux.HandleFunc("GET "+prefix+"/changes", s.Changes)
	mux.HandleFunc("GET "+prefix+"/export", s.Export)
}

// Serve serves on a listener, or where there is none on the server's Addr, until ctx
// ends or serving fails. Then all ends in its order, within Grace: streams, the requests
// under way, the Fleet. The store of the tenants is the caller's to close afterwards.
// It is called once.
func (s *Server) Serve(ctx context.Context, server *http.Server, l net.Listener) error {
	ending := make(chan struct{})
	s.ending = ending
	failed := make(chan error, 1)
	go func() {
		if l == nil {
			failed <- server.ListenAndServe()
			return
		}
		failed <- server.Serve(l)
	}()
	var err error
	select {
	case err = <-failed:
		if errors.Is(err, http.ErrServerClosed) { // somebody has shut it down
			err = nil
		}
	case <-ctx.Done():
	}
	close(ending)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), orDefault(s.Grace, 10*time.Second))
	defer cancel()
	return errors.Join(err, server.Shutdown(grace), s.Fleet.Close(grace))
}
