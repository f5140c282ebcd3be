// Package aimshttp serves management systems over net/http: handlers for records of
// any kind, their history, feeds, export and import, under the rules of package aims.
// Each is a handler of its own, to be routed, wrapped or left out as the program
// likes:
//
//	s := &aimshttp.Server{Fleet: fleet, Who: who}
//	mux.HandleFunc("GET /tenants/{tenant}/{kind}", s.List)
//	mux.HandleFunc("POST /tenants/{tenant}/{kind}", s.Create)
//	mux.HandleFunc("GET /tenants/{tenant}/{kind}/{id}", s.Get)
//	mux.HandleFunc("PATCH /tenants/{tenant}/{kind}/{id}", s.Patch)
//	mux.HandleFunc("GET /tenants/{tenant}/{kind}/{id}/history", s.History)
//	mux.HandleFunc("GET /tenants/{tenant}/changes", s.Changes)
//	mux.HandleFunc("GET /changes", s.AllChanges)
//	mux.HandleFunc("GET /tenants/{tenant}/export", s.Export)
//	mux.HandleFunc("POST /tenants/{tenant}/import", s.Import)
//
// Two things only the program knows: who it is (Server.Who) and which tenant is meant
// (the path's {tenant}, or Server.Tenant). What a caller may do, and is shown, stays
// with aims.Options: Authorize finds the caller in its context ([CallerOf]), Redact is
// given Caller.Reader. Nothing is shown but by that.
//
// A handler of the program's own returns an error and has the rest done by
// [Server.Handle]; [Request.Update] answers with the record that it wrote. Errors are
// problems (RFC 9457) with the code, status and issues of aims.ProblemOf. A record's
// ETag is its revision, and a change names it by If-Match (RFC 9110).
package aimshttp
