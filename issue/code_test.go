package issue_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
)

// Each constant stands in the table once, and nothing else does.
func TestEachCodeHasARow(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	require.NoError(t, err)
	var declared, listed []issue.Code
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Code") {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			declared = append(declared, issue.Code(text))
		}
		return true
	})
	require.NotEmpty(t, declared)
	for _, row := range issue.Codes() {
		listed = append(listed, row.Code)
		require.Regexp(t, `^[a-z]+(_[a-z]+)*$`, row.Code)
		require.NotEmpty(t, row.Says, row.Code)
		require.NotEmpty(t, row.Why, row.Code)
		require.True(t, row.Code.IsValid())
		require.Equal(t, row.HTTP, row.Code.HTTP())
		require.GreaterOrEqual(t, row.HTTP, 400, row.Code)
		if row.HTTP != 499 { // which proxies log, and no server sends
			require.NotEmpty(t, http.StatusText(row.HTTP), row.Code)
		}
	}
	require.ElementsMatch(t, declared, listed)
}

func TestCodesThatDoNotExist(t *testing.T) {
	require.Equal(t, http.StatusOK, issue.Code("").HTTP())
	require.False(t, issue.Code("").IsValid())
	require.Equal(t, http.StatusInternalServerError, issue.Code("nonsense").HTTP())
	require.False(t, issue.Code("nonsense").IsValid())
}

func TestCodesAreHandedOutAsACopy(t *testing.T) {
	issue.Codes()[0].HTTP = 200
	require.NotEqual(t, 200, issue.Codes()[0].HTTP)
}

func TestCodeOf(t *testing.T) {
	var is issue.Issues
	is.Add("name", "required", "", "may not be empty")
	sub := issue.NewError(issue.CodeSeparation, "duties are separate", issue.ErrForbidden)
	for _, row := range []struct {
		err  error
		want issue.Code
	}{
		{nil, ""},
		{errors.New("disk full"), issue.CodeUnknown},
		{is, issue.CodeInvalid},
		{fmt.Errorf("saving: %w", is), issue.CodeInvalid},
		{context.Canceled, issue.CodeCanceled},
		{fmt.Errorf("reading: %w", context.DeadlineExceeded), issue.CodeDeadline},
		{fmt.Errorf("no eraser: %w", errors.ErrUnsupported), issue.CodeUnsupported},
		{sub, issue.CodeSeparation},
		{fmt.Errorf("%w: %w", issue.ErrStale, sub), issue.CodeStale},
		{fmt.Errorf("%w: %w", errors.New("disk full"), sub), issue.CodeSeparation},
		{errors.Join(errors.New("disk full"), issue.ErrExists, issue.ErrStale), issue.CodeExists},
		{issue.Errorf(issue.CodeVersion, "too new: %w", issue.ErrInvalid), issue.CodeVersion},
	} {
		require.Equal(t, row.want, issue.CodeOf(row.err), "%v", row.err)
	}
}

func TestErrorsAreTheirParentsSilently(t *testing.T) {
	sub := issue.NewError(issue.CodeSeparation, "duties are separate", issue.ErrForbidden)
	require.EqualError(t, sub, "duties are separate")
	require.ErrorIs(t, sub, issue.ErrForbidden)
	require.NotErrorIs(t, issue.ErrForbidden, sub)
	require.NotErrorIs(t, issue.NewError(issue.CodeForbidden, "forbidden"), issue.ErrForbidden)
	cause := errors.New("cause")
	require.ErrorIs(t, issue.Errorf(issue.CodeInvalid, "because: %w", cause), cause)
}

func TestCaused(t *testing.T) {
	cause := errors.New("ada may not")
	require.Equal(t, "forbidden", issue.Caused(issue.ErrForbidden, nil))
	require.Equal(t, "forbidden: ada may not", issue.Caused(issue.ErrForbidden, cause))
	require.Equal(t, "forbidden", issue.Caused(issue.ErrForbidden, issue.ErrForbidden))
	require.Equal(t, "ask eve: forbidden", issue.Caused(issue.ErrForbidden, fmt.Errorf("ask eve: %w", issue.ErrForbidden)))
}

func TestCodesInJSON(t *testing.T) {
	text, err := json.Marshal(issue.Codes()[0])
	require.NoError(t, err)
	require.Contains(t, string(text), `"code":"invalid","http":422`)
	require.Equal(t, "stale", issue.CodeStale.String())
}

func ExampleCodeOf() {
	var is issue.Issues
	is.Add("name", "required", "", "may not be empty")
	err := fmt.Errorf("registering: %w", is)
	code := issue.CodeOf(err)
	fmt.Println(code, code.HTTP())
	// Output: invalid 422
}
