package storage

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aimskit/aimskit/issue"
)

// Tenants keeps many journals by name: one for each organisation that a
// product serves. storagetest.RunTenants proves an implementation.
//
// Names are compared byte by byte: "acme", "Acme" and the two Unicode
// spellings of "é" are so many tenants, whatever the store makes of them
// inside. A name that breaks a rule of CheckTenantName is ErrTenantName.
//
// Methods are safe for concurrent use.
type Tenants interface {
	// Create adds a tenant with an empty journal, durably. If there is one of
	// that name already, the answer is ErrTenantExists. After another error
	// the tenant is there, whole and empty, or it is not.
	Create(ctx context.Context, name string) error
	// Open opens a tenant's journal. It never makes one: a name that nobody
	// has created is ErrNoTenant. A tenant that is open already is
	// ErrTenantOpen, and one that another process holds ErrLocked.
	Open(ctx context.Context, name string) (*Tenant, error)
	// List yields the names of all tenants, in byte order, those that are open
	// among them. An error comes last, at most once, with an empty name.
	List(ctx context.Context) iter.Seq2[string, error]
	// Delete removes a tenant and all that it holds. One that is open is
	// ErrTenantOpen, one that is not there ErrNoTenant. Whatever crashes, the
	// tenant is there whole or it is gone: no part of it stays to be opened,
	// and it does not come back as an empty one. After nil it stays gone.
	Delete(ctx context.Context, name string) error
}

// Tenant is one open journal of Tenants, with what else its store can do.
type Tenant struct {
	// Journal is the tenant's journal.
	Journal Journal
	// Snapshots and Eraser are the store's further powers over the journal;
	// nil where it does not have them.
	Snapshots Snapshots
	Eraser    Eraser
	// Close closes the journal, so that the tenant can be opened again or
	// deleted. Closing twice is no error.
	Close func() error
}

// Errors of Tenants. Implementations wrap them with the name.
var (
	// ErrNoTenant says that there is no tenant of that name.
	ErrNoTenant = issue.NewError(issue.CodeNotFound, "no such tenant", issue.ErrNotFound)
	// ErrTenantExists says that there is a tenant of that name already.
	ErrTenantExists = issue.NewError(issue.CodeExists, "there is a tenant of that name", issue.ErrExists)
	// ErrTenantOpen says that the tenant is open, so that it can't be opened
	// once more nor deleted.
	ErrTenantOpen = issue.NewError(issue.CodeLocked, "tenant is open")
	// ErrTenantName says that a name can't be a tenant's.
	ErrTenantName = issue.NewError(issue.CodeInvalid, "no name for a tenant", issue.ErrInvalid)
)

// MaxTenantName is how many bytes a tenant's name may have. Three times as
// many, and a few, still make the name of a file everywhere.
const MaxTenantName = 64

// tenantNameRules are what a tenant's name has to be. What a store can't keep
// as it is (capitals, slashes, "..", "CON") is no rule here: the store encodes
// it.
var tenantNameRules = []struct {
	rule string // the rule, as the error words it
	why  string
	kept func(name string) bool
}{
	{"it has 1 to 64 bytes", "so that it fits into a file name, encoded",
		func(s string) bool { return len(s) >= 1 && len(s) <= MaxTenantName }},
	{"it is valid UTF-8", "so that it can be shown, logged and sent as JSON",
		utf8.ValidString},
	{"it has only printable characters, and no spaces but U+0020", "so that no two names look alike for what can't be seen",
		func(s string) bool {
			return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
		}},
	{"it neither starts nor ends with a space", "so that a form or a file that trims it does not name another tenant",
		func(s string) bool { return strings.Trim(s, " ") == s }},
}

// CheckTenantName returns an error that wraps ErrTenantName, and says which
// rule is broken and why there is one, unless name can be a tenant's: 1 to 64
// bytes of UTF-8 ([MaxTenantName]), printable, not starting or ending with a
// space.
func CheckTenantName(name string) error {
	for _, r := range tenantNameRules {
		if !r.kept(name) {
			if len(name) > 2*MaxTenantName {
				name = name[:2*MaxTenantName] + "…"
			}
			return fmt.Errorf("%w %q: %s, %s", ErrTenantName, name, r.rule, r.why)
		}
	}
	return nil
}
