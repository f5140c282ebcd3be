package dashboard

import "net/http"

// Settle waits until what a handler follows has begun, if it begins.
func Settle(h http.Handler) {
	f := followerOf(h)
	if f == nil {
		return
	}
	f.mu.Lock()
	begun := f.begun
	f.mu.Unlock()
	if begun != nil {
		<-begun
	}
}

// Follows reports whether a handler answers out of what it follows, and up to which commit.
func Follows(h http.Handler) (seq uint64, follows bool) {
	f := followerOf(h)
	if f == nil {
		return 0, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.levels == nil {
		return 0, false
	}
	return f.findings.View().Head().Seq, true
}

// Fail has it end in a panic when it next begins.
func Fail(h http.Handler) { followerOf(h).model = nil }

func followerOf(h http.Handler) *follower {
	s := h.(*handler).site
	s.following.Lock()
	defer s.following.Unlock()
	return s.follower
}
