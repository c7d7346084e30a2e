package check

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/google/go-cmp/cmp"
)

// TestMain lets the test binary stand in for gomend: with the variable below it
// prints what it holds, and its arguments, and exits with the given code.
func TestMain(m *testing.M) {
	if out, ok := os.LookupEnv("CHECK_TEST_PRINTS"); ok {
		os.Stdout.WriteString(out)
		os.Stderr.WriteString("args: " + strings.Join(os.Args[1:], " "))
		os.Exit(int(os.Getenv("CHECK_TEST_EXITS")[0] - '0'))
	}
	os.Exit(m.Run())
}

func standIn(t *testing.T, prints, exits string) (program string, at Place) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return program, Place{Dir: t.TempDir(), Env: []string{"CHECK_TEST_PRINTS=" + prints, "CHECK_TEST_EXITS=" + exits}}
}

const report = `{"findings": [{"rule": "deadlock", "confidence": "high", "file": "a/b.go", "line": 3, "fingerprint": "f"}]}`

func TestReportIsReadWhateverWasFound(t *testing.T) {
	for exits, incomplete := range map[string]string{
		"0": "",
		"1": "",
		"4": "args: check -o json --confidence low work",
	} {
		program, at := standIn(t, report, exits)
		got, err := Gomend(context.Background(), program, at, rule.Low, "work")
		want := Result{
			Findings:   []finding.Finding{{Rule: "deadlock", Confidence: rule.High, Fingerprint: "f", Span: finding.Span{File: "a/b.go", Line: 3}}},
			Incomplete: incomplete,
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("exit code %s: %v\n%s", exits, err, diff)
		}
	}
}

func TestGomendThatDidNotStartIsAnError(t *testing.T) {
	for _, test := range []struct{ name, prints, exits, want string }{
		{"usage", "", "2", "args: check"},
		{"no report", "panic: oh", "1", "not a report"},
	} {
		program, at := standIn(t, test.prints, test.exits)
		if got, err := Gomend(context.Background(), program, at, rule.Low); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, %v; want an error with %q", test.name, got, err, test.want)
		}
	}
}

func TestTreeOfAVetToolBecomesFindings(t *testing.T) {
	root := t.TempDir()
	inside := filepath.Join(root, "p", "p.go")
	tree := `{}
{"example.com/p": {"nilness": [{"category": "k", "posn": ` + "\"" + filepath.ToSlash(inside) + `:4:2", "message": "nil"}]}}`
	got, err := decodeTree(strings.NewReader(tree), root)
	if err != nil {
		t.Fatal(err)
	}
	want := []finding.Finding{{
		Rule: "nilness", Kind: "k", Message: "nil", Package: "example.com/p", Confidence: rule.Low,
		Span: finding.Span{File: "p/p.go", Line: 4, Column: 2},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPositionsWithoutLineAndColumnAreErrors(t *testing.T) {
	for _, posn := range []string{"p.go", "p.go:1", "p.go:x:1", "p.go:1:x"} {
		if got, err := parsePosn(posn, "/"); err == nil {
			t.Errorf("%s: read as %v, want an error", posn, got)
		}
	}
}
