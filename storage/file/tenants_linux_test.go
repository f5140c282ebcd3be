package file

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

func init() { children["tenants"] = comeAndGo }

// comeAndGo makes tenants, writes to each and deletes the one before, and says
// when it has.
func comeAndGo(dir string) error {
	ctx := context.Background()
	ts, err := OpenTenants(filepath.Join(dir, "tenants"), nil)
	if err != nil {
		return err
	}
	for i := range 6 {
		name := fmt.Sprint("T", i)
		fmt.Println("trying", name)
		if err := ts.Create(ctx, name); err != nil {
			return err
		}
		fmt.Println("made", name)
		tenant, err := ts.Open(ctx, name)
		if err != nil {
			return err
		}
		err = storagetest.Append(ctx, tenant.Journal, storage.Head{}, storagetest.Chain(storage.Head{}, name, 2))
		if err == nil {
			fmt.Println("written", name)
		}
		if err := errors.Join(err, tenant.Close()); err != nil {
			return err
		}
		if i == 0 {
			continue
		}
		last := fmt.Sprint("T", i-1)
		fmt.Println("deleting", last)
		if err := ts.Delete(ctx, last); err != nil {
			return err
		}
		fmt.Println("deleted", last)
	}
	return ts.Close()
}

// TestTenantsSystemCalls kills a process that makes and deletes tenants at its
// n-th call of a kind, or lets that call fail: each tenant is there whole or
// not at all, and what was said to be done is. AIMSKIT_LONG tries more of them.
func TestTenantsSystemCalls(t *testing.T) {
	t.Parallel()
	strace := needStrace(t)
	whens := []int{4}
	if long {
		whens = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 25, 30}
	}
	for _, call := range []string{"mkdirat", "pwrite64", "fdatasync", "fsync", "renameat,renameat2", "unlinkat"} {
		hits := 0
		for _, fault := range []string{"signal=SIGKILL", "error=EIO"} {
			for _, when := range whens {
				inject := fmt.Sprintf("inject=%s:%s:when=%d", call, fault, when)
				dir := t.TempDir()
				cmd := child("tenants", dir)
				cmd.Args = append([]string{strace, "-f", "-o", "/dev/null", "-e", "trace=" + call, "-e", inject}, cmd.Args...)
				cmd.Path = strace
				out, err := cmd.Output()
				if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
					hits++
				}
				state := map[string]string{}
				lines := bufio.NewScanner(bytes.NewReader(out))
				for lines.Scan() {
					if what, name, ok := strings.Cut(lines.Text(), " "); ok && len(name) == 2 {
						state[name] = what
					}
				}
				ts, err := OpenTenants(filepath.Join(dir, "tenants"), nil)
				require.NoError(t, err, inject)
				names, err := listed(t, ts)
				require.NoError(t, err, inject)
				there := map[string]bool{}
				for _, name := range names {
					there[name] = true
					n := commits(t, ts, name)
					require.True(t, n == 0 || n == 2, "%s: tenant %s has %d commits", inject, name, n)
					if state[name] == "written" || state[name] == "deleting" {
						require.Equal(t, 2, n, "%s: tenant %s", inject, name)
					}
				}
				for name, what := range state {
					switch what {
					case "made", "written":
						require.True(t, there[name], "%s: tenant %s is lost", inject, name)
					case "deleted":
						require.False(t, there[name], "%s: tenant %s is back", inject, name)
					}
				}
				require.NoError(t, ts.Close())
			}
		}
		require.Positive(t, hits, "no process has died of its calls of %s", call)
	}
}
