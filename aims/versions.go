package aims

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// VersionComparison says in what a version of a paper differs from another one.
type VersionComparison struct {
	// Version is the one that is compared: the ID of the record. Of rules of use, of which
	// one record has all versions, it is the number of the latest, or "draft" where what is
	// being written says something else than what is in force.
	Version string `json:"version"`
	// Against is the other one; empty where there is none before. Differences are those of
	// CompareVersions, the other version first.
	Against     string       `json:"against,omitempty"`
	Differences []Difference `json:"differences"`
	// Others are all other versions, the latest first.
	Others []string `json:"others,omitempty"`
}

// paperVersion is a version of a paper: when it was approved, if it was, which one it says
// that it replaces, and what it says.
type paperVersion struct {
	id       string
	at       time.Time
	replaces string
	says     any
}

// A versionRow is a kind of papers of which versions are compared.
type versionRow struct {
	kind Kind
	// chained says that a version names the one that it replaces, and that others of the kind
	// are other papers.
	chained bool
	// all are the versions of the paper that a record is, or of all of the kind; the last of
	// them is compared where that is a record with several.
	all     func(v *View, id string) []paperVersion
	several bool
	compare func(before, after any) []Difference
}

var versionTable = []versionRow{
	versions(KindPolicy, func(v *View) iter.Seq[Policy] { return v.Policies().All() },
		func(p Policy) paperVersion { return paperVersion{id: p.ID, at: p.Approval.At} }, CompareVersions[Policy]),
	versions(KindScope, (*View).Scopes,
		func(s Scope) paperVersion { return paperVersion{id: s.ID, at: s.Approval.At} }, CompareVersions[Scope]),
	versions(KindProcessMap, (*View).ProcessMaps,
		func(m ProcessMap) paperVersion { return paperVersion{id: m.ID, at: m.Approval.At} }, CompareVersions[ProcessMap]),
	versions(KindAuditProgramme, (*View).AuditProgrammes,
		func(p AuditProgramme) paperVersion { return paperVersion{id: p.ID, at: p.Approval.At} }, CompareVersions[AuditProgramme]),
	replacing(versions(KindDocument, func(v *View) iter.Seq[Document] { return v.Documents().All() },
		func(d Document) paperVersion { return paperVersion{id: d.ID, at: d.Approval.At, replaces: d.Replaces} }, CompareVersions[Document])),
	{kind: KindUseRules, several: true, all: useVersions, compare: func(before, after any) []Difference {
		all := CompareVersions(before.(UseVersion), after.(UseVersion))
		for i := range all {
			all[i].Field = "in_force." + all[i].Field // by which the record has it
		}
		return all
	}},
}

func replacing(r versionRow) versionRow { r.chained = true; return r }

func versions[T any](kind Kind, all func(*View) iter.Seq[T], of func(T) paperVersion, compare func(before, after T) []Difference) versionRow {
	return versionRow{
		kind: kind,
		all: func(v *View, _ string) (out []paperVersion) {
			for rec := range all(v) {
				one := of(rec)
				one.says = rec
				out = append(out, one)
			}
			return out
		},
		compare: func(before, after any) []Difference { return compare(before.(T), after.(T)) },
	}
}

// useVersions are the versions of rules of use; the last is what is being written, where that
// is another than what is in force.
func useVersions(v *View, id string) (all []paperVersion) {
	r, ok := v.UseRules().Get(id)
	if !ok {
		return nil
	}
	for _, u := range append(slices.Clone(r.Earlier), r.InForce) {
		if u.Given() {
			all = append(all, paperVersion{id: strconv.Itoa(u.Version), at: u.At, says: u})
		}
	}
	if r.Draft != r.InForce.Text || !slices.Equal(r.Systems, r.InForce.Systems) {
		all = append(all, paperVersion{id: string(StateDraft), says: UseVersion{Text: r.Draft, Systems: r.Systems}})
	}
	return all
}

// VersionedKinds are the kinds of papers of which versions are compared.
func VersionedKinds() []Kind {
	all := make([]Kind, len(versionTable))
	for i, row := range versionTable {
		all[i] = row.kind
	}
	return all
}

// ComparedVersions says in what the paper that a record is differs from another version of
// it, or from the one before if none is named (5.2, 7.5.2, 7.5.3): of documents the one that
// it says it replaces, of what there is one of at a time the one that was approved before.
// The error is ErrNotFound if there is no such record or version, and issue.Issues for a
// kind without versions and for a version against itself.
func (v *View) ComparedVersions(of Subject, against string) (VersionComparison, error) {
	at := slices.IndexFunc(versionTable, func(r versionRow) bool { return r.kind == of.Kind })
	var is issue.Issues
	if at < 0 {
		is.Add("kind", "oneof", string(of.Kind), "has no versions; those that have are %s", issue.Join("%s, %s", issue.Words(VersionedKinds())))
		return VersionComparison{}, is
	}
	if _, err := v.MustRecord(of); err != nil {
		return VersionComparison{}, err
	}
	row := versionTable[at]
	all, i := row.order(row.all(v, of.ID), of.ID)
	if i < 0 {
		return VersionComparison{}, fmt.Errorf("%s: %w", of, ErrNotFound)
	}
	this, before := all[i], ""
	if row.chained {
		before = this.replaces
	} else {
		for _, one := range all[:i] {
			if !one.at.IsZero() {
				before = one.id
			}
		}
	}
	out := VersionComparison{Version: this.id, Against: cmp.Or(against, before), Differences: []Difference{}}
	if against == this.id {
		is.Add("against", "other", against, "is the version that is compared")
		return VersionComparison{}, is
	}
	known := false
	for _, one := range slices.Backward(all) {
		if one.id != this.id {
			out.Others = append(out.Others, one.id)
		}
		if one.id == out.Against {
			known, out.Differences = true, row.compare(one.says, this.says)
		}
	}
	switch {
	case known:
	case against != "":
		return VersionComparison{}, ledger.Refuse(ErrNotFound, "%s has no version %q", of.String(), against)
	default:
		out.Against = "" // what it replaces is on file no more
	}
	return out, nil
}

// order are versions of a paper in the order in which they were approved, what is not approved
// yet last, and where the one of a record stands.
func (row versionRow) order(all []paperVersion, id string) (of []paperVersion, at int) {
	if row.chained {
		all = chain(all, id)
	}
	slices.SortStableFunc(all, func(a, b paperVersion) int {
		if a.at.IsZero() != b.at.IsZero() {
			return cmp.Compare(b.at.Unix(), a.at.Unix())
		}
		return a.at.Compare(b.at)
	})
	if row.several {
		return all, len(all) - 1
	}
	return all, slices.IndexFunc(all, func(one paperVersion) bool { return one.id == id })
}

// chain are those versions that replace one another, this one among them.
func chain(all []paperVersion, id string) (of []paperVersion) {
	in := map[string]bool{id: true}
	for grew := true; grew; {
		grew = false
		for _, one := range all {
			if one.replaces != "" && in[one.id] != in[one.replaces] {
				in[one.id], in[one.replaces], grew = true, true, true
			}
		}
	}
	return slices.DeleteFunc(all, func(one paperVersion) bool { return !in[one.id] })
}
