// Package aimshttp serves management systems over net/http: handlers for records of
// any kind and their verbs, their history, feeds, export and import, tenants, under the
// rules of package aims. Each is a handler of its own, to be routed, wrapped or left out
// as the program likes; [Server.Register] routes all that is about one tenant:
//
//	s := &aimshttp.Server{Fleet: fleet, Who: who}
//	s.Register(mux, "/tenants/{tenant}")
//	mux.HandleFunc("GET /tenants", s.Tenants)
//	mux.HandleFunc("POST /tenants/{tenant}", s.CreateTenant(founded))
//	mux.HandleFunc("DELETE /tenants/{tenant}", s.DeleteTenant)
//	mux.HandleFunc("POST /tenants/{tenant}/import", s.Import)
//	mux.HandleFunc("GET /changes", s.AllChanges)
//	err := s.Serve(ctx, &http.Server{Addr: addr, Handler: mux}, nil) // until ctx ends, and all in its order
//
// Two things only the program knows: who it is (Server.Who) and which tenant is meant
// (the path's {tenant}, or Server.Tenant). What a caller may do, and is shown, stays
// with aims.Options: Authorize finds the caller in its context ([CallerOf]), Redact is
// given Caller.Reader. Nothing is shown but by that.
//
// A handler of the program's own returns an error and has the rest done by
// [Server.Handle]; [Request.Update] answers with the record that it wrote. Errors are
// problems (RFC 9457) with the code, status and issues of aims.ProblemOf.
//
// # Changes
//
// A record's ETag is its revision. Create makes one, Patch and SaveDraft change it from
// the revision that If-Match names (RFC 9110): without that the answer is 428, and 412
// once somebody else was faster. What is decided has a verb of its own, POST
// /{kind}/{id}/{verb}, with a JSON object of these as its body ([Verbs]); If-Match binds
// it to what was read:
//
//	kind               verb      body
//	assessment         assign    person
//	assessment         attach    questionnaire
//	assessment         apply     template
//	assessment         reuse     from
//	assessment         comment   comment
//	assessment         answer    n, answer
//	assessment         group     members
//	assessment         ungroup
//	assessment         submit
//	assessment         declare   what
//	assessment         delegate  role, to, reason, until
//	assessment         approve   role, conditions
//	assessment         return    reasons
//	assessment         stop      reason
//	assessment         meet      n, note
//	assessment         confirm   role, confirmation
//	assessment         publish   withheld
//	audit              draw      seed
//	audit              examine   items
//	audit              close     conclusion, reported_to
//	audit              confirm
//	audit              postpone  to, reason
//	certificate        move      to, on
//	certificate        suspend   on, reason
//	certificate        change    decision
//	certificate        transfer  on, review
//	certificate        record    audit
//	certificate        note      appeal
//	certificate        tell      notice
//	concern            confirm
//	concern            answer    answer
//	sweep              attest    says
//	channel            try       trial
//	public_claim       review    review
//	public_claim       end       on, reason
//	criteria           approve   review_due
//	dataset            measure   result
//	deployment         release   live_on
//	deployment         review    review
//	deployment         take      on, reason
//	retirement         decide
//	retirement         tell      to, on, how
//	retirement         settle    remain
//	retirement         close     closing
//	retirement         drop      reason
//	use_rules          approve
//	use_rules          accept
//	use_rules          count     count
//	use_rules          compare   comparison
//	system_log         check     check
//	opportunity        decide    choice, reason
//	opportunity        judge     worked, seen
//	monitoring         record    result
//	monitoring         evaluate  evaluation
//	resource           note      gap
//	resource           close     n, how
//	resource           review    review
//	document           approve   review_due
//	document           withdraw  on, reason
//	scope              withdraw  on, reason
//	process_map        withdraw  on, reason
//	use_rules          withdraw  on, reason
//	document           check     check
//	communication      record    telling
//	communication      end       reason
//	evidence           confirm
//	evidence           judge     quality
//	exception          grant     expires
//	exception          extend    done, expires
//	exception          close
//	duty               waive     reason, until
//	incident           close     lessons
//	hold               release   reason
//	obligation         file      duty, filing
//	obligation         postpone  duty, to, reason
//	obligation         end       reason
//	obligation         decide    systems, reason
//	planned_change     approve
//	planned_change     carry     on, result
//	planned_change     drop      reason
//	planned_change     review    review
//	held_competence    assess    assessment
//	governing_body     note      briefing
//	action             move      to, reason
//	action             complete  on, result
//	action             check     accepted, seen
//	action             cancel    reason
//	incident           record    notice
//	incident           regrade   grade, reason
//	nonconformity      confirm
//	nonconformity      regrade   severity, due, reason
//	nonconformity      reopen    reason
//	nonconformity      close     effective, note
//	objective          confirm
//	objective          measure   measurement
//	organisation       confirm
//	policy             approve   review_due
//	management_review  confirm
//	risk               assess    assessment
//	risk               accept    reason, expires
//	role               assign    person
//	role               accept
//	audit_programme    adopt     borne
//	process_map        adopt     review_due
//	scope              approve   review_due
//	supplier           report    what
//	verification       record    report
//	system             advance   to
//	system             sign      to, role
//	system             revert    to
//	system             tell      from, reason
//	system             reassess  trigger, detail
//
// To sign an assessment over HTTP (approve), the caller, whose By.Actor is the ID of a
// person on file, must hold the role: somebody else appoints that person (POST
// /role/impact-approver/assign, {"person":"bob"}), and the holder accepts the role
// (POST /role/impact-approver/accept as bob) before POST /assessment/{id}/approve with
// {"role":"impact-approver"}. An ID such as cv#1 is cv%231 in a path.
//
// # Lists
//
// A list is a [Page]: ?from= says where it begins and ?limit= how long it is. Records are
// chosen by the listings of their kind, which the documentation of package aims has with
// their values, such as /system?owner=ada&stage=operation and /assessment?open=open.
package aimshttp
