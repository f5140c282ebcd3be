package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	bolt "go.etcd.io/bbolt"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// owned is how many systems each person owns, if there are as many.
const owned = 500

func owner(i int) string { return fmt.Sprintf("owner-%04d", i) }

// system is system i of n, complete enough that its assessment has all that
// the rules ask about it.
func system(i, n int) register.System {
	return register.System{
		ID: fmt.Sprintf("sys-%06d", i), Name: "System " + fmt.Sprint(i), Owner: owner(i % max(1, n/owned)), Stage: register.StageOperation,
		Description: text(uint64(i), 40), Purpose: text(uint64(i)+1<<32, 60), DeploymentContext: "staff mail",
		Roles: []register.AIRole{register.RoleDeployer}, Build: register.BuildNone, Supplies: register.No, DeployerKind: register.DeployerPrivate,
		Domains: []register.Domain{register.DomainITSecurity}, Functions: []register.Function{register.FunctionClassify},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomySupervised,
		Effects: []register.Effect{register.EffectConvenience}, Reversibility: register.ReversibilityEasy, Contest: register.Yes,
		Explain: register.ExplainPostHoc, Affected: []string{"user"}, Reach: register.ReachUnder10K,
		Interacts: []register.Audience{register.AudienceEmployees}, Direct: register.No,
		Data: []register.DataCategory{register.DataCommunications}, DataOrigins: []register.DataOrigin{register.OriginOwn},
		Profiling: register.No, ModelSource: register.ModelOwn, Model: register.Model{Name: "bayes", Version: "2"},
		GPAI: register.No, Adaptive: register.No, TechMaturity: register.TechProven,
		Generates: []register.Content{register.ContentNone}, Acts: register.No, Physical: register.No,
		Critical: register.No, Hosting: register.HostingInternal, Jurisdictions: []string{"AU"}, Languages: []string{"en"},
		IntendedUsers: []register.Audience{register.AudienceEmployees},
	}
}

// fill registers n systems and with each its assessment. Every other one of the
// first is at verification, until those are as many as one person owns.
func fill(m *aims.Manager, n int) error {
	ctx := context.Background()
	err := m.Update(ctx, by, func(tx *aims.Tx) error {
		for i := range max(1, n/owned) {
			if err := tx.PutPerson(aims.Person{ID: owner(i), Name: "Owner " + fmt.Sprint(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	for start := 0; err == nil && start < n; start += 1000 {
		err = m.Update(ctx, by, func(tx *aims.Tx) error {
			for i := start; i < min(start+1000, n); i++ {
				s := system(i, n)
				if i%2 == 0 && i < 2*owned {
					s.Stage = register.StageVerification
				}
				if err := tx.RegisterSystem(s); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}

// risksEach is how many risks stand on record for each system of live.
const risksEach = 8

func riskID(i, k int) string { return fmt.Sprintf("risk-%06d-%d", i, k) }

// risk is risk k of a system: about 600 bytes, so that a system, its assessment
// and its risks have 950 on average.
func risk(i, k int) register.Risk {
	r := recordRisk(int64(i*risksEach + k))
	r.ID, r.Systems, r.Owner = riskID(i, k), []string{fmt.Sprintf("sys-%06d", i)}, owner(0)
	r.Description = text(uint64(i*risksEach+k)+1<<33, 220)
	return r
}

// fillRisks puts the risks of n systems on record.
func fillRisks(m *aims.Manager, n int) error {
	var err error
	for start := 0; err == nil && start < n; start += 1000 {
		err = m.Update(context.Background(), by, func(tx *aims.Tx) error {
			for i := start; i < min(start+1000, n); i++ {
				for k := range risksEach {
					if err := tx.PutRisk(risk(i, k)); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	return err
}

// fixture is a store of live records, and the same bodies in other forms.
type fixture struct {
	store   string // directory of the management system's store
	bolt    string // a bbolt file with the bodies by kind and ID
	flat    string // the bodies one after another
	places  []place
	systems int
	records int // systems, their assessments and their risks
	bytes   int // of all bodies
}

// place is where in the flat file a body stands.
type place struct {
	kind       aims.Kind
	start, end int
}

// live is a store of -records records: systems, as many assessments, and eight
// times as many risks.
var live = sync.OnceValues(func() (*fixture, error) {
	f := &fixture{store: scratchDir("live"), bolt: scratchDir("live.bolt"), flat: scratchDir("live.json"), systems: max(1, *records/(2+risksEach))}
	f.records = f.systems * (2 + risksEach)
	s, err := openSystem(f.store, true)
	if err != nil {
		return nil, err
	}
	err = fill(s.Manager, f.systems)
	if err == nil {
		err = fillRisks(s.Manager, f.systems)
	}
	if err == nil {
		err = s.Checkpoint(context.Background())
	}
	if err == nil {
		err = f.copyBodies(s)
	}
	return f, errors.Join(err, s.close())
})

// copyBodies writes the live systems, assessments and risks to a flat file and to
// bbolt.
func (f *fixture) copyBodies(s *managerStore) error {
	type id struct{ kind, key string }
	latest := make(map[id][]byte)
	for c, err := range s.j.Log(context.Background(), 0) {
		if err != nil {
			return err
		}
		for _, ch := range c.Changes {
			switch aims.Kind(ch.Kind) {
			case aims.KindSystem, aims.KindAssessment, aims.KindRisk:
				latest[id{ch.Kind, ch.Key}] = ch.Body
			}
		}
	}
	db, err := bolt.Open(f.bolt, 0o600, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	var all []byte
	err = db.Update(func(tx *bolt.Tx) error {
		for i, body := range latest {
			bucket, err := tx.CreateBucketIfNotExists([]byte(i.kind))
			if err != nil {
				return err
			}
			if err := bucket.Put([]byte(i.key), body); err != nil {
				return err
			}
			f.places = append(f.places, place{aims.Kind(i.kind), len(all), len(all) + len(body)})
			all = append(all, body...)
		}
		return nil
	})
	f.bytes = len(all)
	return errors.Join(err, os.WriteFile(f.flat, all, 0o600))
}

// busy is a copy of live in which risks were revised, one to a commit, until
// the journal had -commits commits.
var busy = sync.OnceValues(func() (string, error) {
	f, err := live()
	if err != nil {
		return "", err
	}
	dir := scratchDir("busy")
	if err := os.CopyFS(dir, os.DirFS(f.store)); err != nil {
		return "", err
	}
	s, err := openSystem(dir, true)
	if err != nil {
		return "", err
	}
	total := *commits
	if total == 0 {
		total = 10 * *records
	}
	_, err = drive(reviser{s, f.systems}, 256, 0, atMost(total-int(s.View().Head().Seq)))
	return dir, errors.Join(err, s.close())
})

// reviser revises risks in turn.
type reviser struct {
	*managerStore
	systems int
}

func (r reviser) put(n int64) error {
	i, k := int(n/risksEach)%r.systems, int(n%risksEach)
	return r.Update(context.Background(), by, func(tx *aims.Tx) error {
		old, ok := tx.Risks().Get(riskID(i, k))
		if !ok {
			return fmt.Errorf("no risk %d of system %d", k, i)
		}
		old.Title = fmt.Sprint("Risk as of turn ", n)
		return tx.PutRisk(old)
	})
}

// inMemory returns a management system of n systems whose journal is in memory.
func inMemory(n int) (*aims.Manager, error) {
	m, err := aims.Open(context.Background(), memory.New(), &aims.Options{Founder: bencher})
	if err != nil {
		return nil, err
	}
	return m, fill(m, n)
}

// large and small are two of them, for what may or may not depend on size.
var (
	large = sync.OnceValues(func() (*aims.Manager, error) { return inMemory(*records) })
	small = sync.OnceValues(func() (*aims.Manager, error) { return inMemory(max(2, *records/100)) })
)
