package aims

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
)

// Kind is a sort of record, as the journal and the audit trail name it.
type Kind string

// The kinds of records.
const (
	KindOrganisation    Kind = "organisation"
	KindPerson          Kind = "person"
	KindRole            Kind = "role"
	KindPolicy          Kind = "policy"
	KindDocument        Kind = "document"
	KindScope           Kind = "scope"
	KindContextIssue    Kind = "context_issue"
	KindInterestedParty Kind = "interested_party"
	KindObjective       Kind = "objective"
	KindCriteria        Kind = "criteria"
	KindSupplier        Kind = "supplier"
	KindSweep           Kind = "sweep"
	KindSystem          Kind = "system"
	KindAssessment      Kind = "assessment"
	KindRisk            Kind = "risk"
	KindDecision        Kind = "decision"
	KindStatement       Kind = "statement"
	KindEvidence        Kind = "evidence"
	KindException       Kind = "exception"
	KindAudit           Kind = "audit"
	KindReview          Kind = "management_review"
	KindNonconformity   Kind = "nonconformity"
	KindIncident        Kind = "incident"
	KindConcern         Kind = "concern"
	KindCertificate     Kind = "certificate"
)

// kind is everything that the Manager must know of a sort of record. Adding a
// sort of record is adding one of these.
type kind[T any] struct {
	name Kind
	at   int // place in kinds and in tables
	// schema is the version of the body's shape that this code writes; up
	// brings bodies of earlier versions there, one by one.
	schema int
	up     []upcaster
	id     func(*T) string
	setID  func(*T, string) // nil where the ID is not free
	rev    func(*T) *uint64
	// listed are the values by which the records can be listed without looking
	// at all of them.
	listed []func(*T) string
}

// anyKind is a kind whose record type is not known, for replaying a journal.
type anyKind interface {
	index() int
	kindName() Kind
	newTable() anyTable
	decode(key string, c storage.Change, seq uint64) (any, error)
	// upcast returns a body as this code would have written it.
	upcast(c storage.Change) ([]byte, error)
	steps() int // how many upcasters there are
	fill(t anyTable, recs []keyed)
	set(t anyTable, key string, rec any)
	remove(t anyTable, key string)
	get(t anyTable, key string) (any, bool)
	// appendBody appends what the journal keeps of a record: all but its
	// revision.
	appendBody(b []byte, rec any) ([]byte, error)
	key(rec any) string
	schemaVersion() int
	// shape says how snapshots keep the records; unpack reads n of them
	// with their keys.
	shape() *shape
	each(t anyTable, do func(key string, rec any) error) error
	size(t anyTable) int
	unpack(d *unpacker, n int) []keyed
	// prototype returns a zero record, for generating schemas.
	prototype() any
}

const (
	organisationIndex = iota
	personIndex
	roleIndex
	policyIndex
	documentIndex
	scopeIndex
	contextIssueIndex
	interestedPartyIndex
	objectiveIndex
	criteriaIndex
	supplierIndex
	sweepIndex
	systemIndex
	assessmentIndex
	riskIndex
	decisionIndex
	statementIndex
	evidenceIndex
	exceptionIndex
	auditIndex
	reviewIndex
	nonconformityIndex
	incidentIndex
	concernIndex
	certificateIndex
	kindCount
)

// kinds are all kinds of records, by index.
var kinds = [kindCount]anyKind{
	organisationIndex: organisations, personIndex: people, roleIndex: roles, policyIndex: policies,
	documentIndex: documents, scopeIndex: scopes, contextIssueIndex: contextIssues,
	interestedPartyIndex: interestedParties, objectiveIndex: objectives, criteriaIndex: criteria,
	supplierIndex: suppliers, sweepIndex: sweeps, systemIndex: systems, assessmentIndex: assessments,
	riskIndex: risks, decisionIndex: decisions, statementIndex: statements, evidenceIndex: evidence,
	exceptionIndex: exceptions, auditIndex: audits, reviewIndex: reviews,
	nonconformityIndex: nonconformities, incidentIndex: incidents, concernIndex: concerns,
	certificateIndex: certificates,
}

func kindByName(name string) (anyKind, bool) {
	for _, k := range kinds {
		if string(k.kindName()) == name {
			return k, true
		}
	}
	return nil, false
}

func (k *kind[T]) index() int         { return k.at }
func (k *kind[T]) kindName() Kind     { return k.name }
func (k *kind[T]) newTable() anyTable { return newTable(k.id, k.listed) }
func (k *kind[T]) schemaVersion() int { return k.schema }
func (k *kind[T]) steps() int         { return len(k.up) }
func (k *kind[T]) prototype() any     { return new(T) }
func (k *kind[T]) shape() *shape      { return k.plan().shape }
func (k *kind[T]) key(rec any) string { return k.id(rec.(*T)) }

func (k *kind[T]) set(t anyTable, key string, rec any) { t.(*table[T]).set(key, rec.(*T)) }
func (k *kind[T]) fill(t anyTable, recs []keyed)       { t.(*table[T]).fill(recs) }
func (k *kind[T]) remove(t anyTable, key string)       { t.(*table[T]).remove(key) }

// decode reads a body. The revision is the commit's number: it is not part of
// the body, which would otherwise have to know its own place in the chain.
func (k *kind[T]) decode(key string, c storage.Change, seq uint64) (any, error) {
	body, err := k.upcast(c)
	if err != nil {
		return nil, err
	}
	rec := new(T)
	if err := json.Unmarshal(body, rec); err != nil {
		return nil, fmt.Errorf("%s %q: %w", k.name, key, err)
	}
	*k.rev(rec) = seq
	return rec, nil
}

func (k *kind[T]) upcast(c storage.Change) ([]byte, error) {
	switch {
	case c.Schema > k.schema:
		return nil, fmt.Errorf("%s %q has schema version %d, this code reads up to %d: %w", k.name, c.Key, c.Schema, k.schema, storage.ErrVersion)
	case c.Schema < 1:
		return nil, fmt.Errorf("%s %q has schema version %d, the first is 1: %w", k.name, c.Key, c.Schema, storage.ErrVersion)
	}
	body, err := upcast(k.up, c.Schema, c.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", k.name, c.Key, err)
	}
	return body, nil
}

func (k *kind[T]) appendBody(b []byte, rec any) ([]byte, error) {
	return k.plan().body(b, reflect.ValueOf(rec).Elem())
}

// keyed is a record with its key.
type keyed struct {
	key string
	rec any
}

func (k *kind[T]) size(t anyTable) int { return t.(*table[T]).m.Len() }

func (k *kind[T]) each(t anyTable, do func(key string, rec any) error) (err error) {
	t.(*table[T]).m.Scan(func(key string, rec *T) bool {
		err = do(key, rec)
		return err == nil
	})
	return err
}

// slabBytes is about how much memory records that are unpacked share. One
// record alone is rounded up to a size that the allocator knows, many together
// waste less; but too many, and one that lives on keeps all the others.
const slabBytes = 8 << 10

func (k *kind[T]) unpack(d *unpacker, n int) []keyed {
	all := make([]keyed, 0, n)
	var slab []T
	shape, perSlab := k.shape(), max(1, slabBytes/int(reflect.TypeFor[T]().Size()))
	for len(all) < n && d.err == nil {
		if len(slab) == 0 {
			slab = make([]T, min(perSlab, n-len(all)))
		}
		rec := &slab[0]
		slab = slab[1:]
		d.record(shape, reflect.ValueOf(rec).Elem())
		all = append(all, keyed{k.id(rec), rec})
	}
	return all
}

// records returns the live records of the kind in ts.
func (k *kind[T]) records(ts *tables) Records[T] { return Records[T]{ts[k.at].(*table[T])} }

// The kinds whose records other packages define.
var (
	systems = &kind[register.System]{name: KindSystem, at: systemIndex, schema: 1,
		id: func(r *register.System) string { return r.ID }, setID: func(r *register.System, id string) { r.ID = id },
		rev:    func(r *register.System) *uint64 { return &r.Revision },
		listed: []func(*register.System) string{systemByOwner: func(r *register.System) string { return r.Owner }, systemByStage: func(r *register.System) string { return string(r.Stage) }}}
	risks = &kind[register.Risk]{name: KindRisk, at: riskIndex, schema: 1,
		id: func(r *register.Risk) string { return r.ID }, setID: func(r *register.Risk, id string) { r.ID = id },
		rev: func(r *register.Risk) *uint64 { return &r.Revision }}
	criteria = &kind[register.Criteria]{name: KindCriteria, at: criteriaIndex, schema: 1,
		id:  func(r *register.Criteria) string { return r.ID },
		rev: func(r *register.Criteria) *uint64 { return &r.Revision }}
	assessments = &kind[impact.Assessment]{name: KindAssessment, at: assessmentIndex, schema: 1,
		id:  func(r *impact.Assessment) string { return r.ID },
		rev: func(r *impact.Assessment) *uint64 { return &r.Revision }}
	decisions = &kind[annexa.Decision]{name: KindDecision, at: decisionIndex, schema: 1,
		id:  func(r *annexa.Decision) string { return r.Control.String() },
		rev: func(r *annexa.Decision) *uint64 { return &r.Revision }}
	statements = &kind[annexa.Statement]{name: KindStatement, at: statementIndex, schema: 1,
		id:  func(r *annexa.Statement) string { return r.ID },
		rev: func(r *annexa.Statement) *uint64 { return &r.Revision }}
)

func (k *kind[T]) get(t anyTable, key string) (any, bool) {
	p, ok := t.(*table[T]).m.Get(key)
	if !ok {
		return nil, false
	}
	return p, true
}

// sameBody reports whether two records say the same: whether they would be
// written as the same bytes.
func sameBody[T any](k *kind[T], a, b T) bool {
	x, errX := k.appendBody(nil, &a)
	y, errY := k.appendBody(nil, &b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Kinds returns the kinds of records, in the order in which the package lists
// them.
func Kinds() []Kind {
	all := make([]Kind, len(kinds))
	for i, k := range kinds {
		all[i] = k.kindName()
	}
	return all
}

// NewRecord returns a pointer to a zero record of a kind, such as
// *register.System for KindSystem, for tools that work with all kinds: schema
// generators, importers, forms. False if there is no such kind.
func NewRecord(k Kind) (any, bool) {
	known, ok := kindByName(string(k))
	if !ok {
		return nil, false
	}
	return known.prototype(), true
}

// SchemaVersion returns the version of the shape in which this code writes
// records of a kind; 0 if there is no such kind.
func SchemaVersion(k Kind) int {
	known, ok := kindByName(string(k))
	if !ok {
		return 0
	}
	return known.schemaVersion()
}
