package main

import (
	"strings"
	"testing"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/google/go-cmp/cmp"
)

var repository = Repository{Name: "etcd-io/etcd", Commit: "c34dc7ee", Set: "dev", Go: "1.26", Lines: "220601"}

func TestRowTellsTheFirstFindingAndTheOthersPlaces(t *testing.T) {
	first, second := at("deadlock", "order", 3), at("deadlock", "order", 9)
	first.Confidence, first.Message = rule.High, "a\nb"
	got := rowsOf(repository, []Cause{{first, second}})
	want := []Row{{
		Repository: "etcd-io/etcd", Commit: "c34dc7ee", Rule: "deadlock", Kind: "order", Confidence: rule.High,
		Position: "f.go:3", Others: "f.go:9", Fingerprint: "deadlockorder3", Message: "a b",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestVerdictsOutliveARun(t *testing.T) {
	rows := []Row{{Fingerprint: "a"}, {Fingerprint: "b"}}
	old := []Row{
		{Fingerprint: "a", Verdict: True, Proof: "f.go:3 returns"},
		{Fingerprint: "c", Verdict: False, Proof: "f.go:9 receives"},
		{Fingerprint: "d"},
	}
	gone := carryOver(rows, old)
	if diff := cmp.Diff([]Row{{Fingerprint: "a", Verdict: True, Proof: "f.go:3 returns"}, {Fingerprint: "b"}}, rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(old[1:2], gone); diff != "" {
		t.Errorf("gone are the judged findings that are not found again:\n%s", diff)
	}
}

func TestWorksheetReadsBackAsWritten(t *testing.T) {
	rows := []Row{
		{Repository: "a/b", Commit: "c", Rule: "deadlock", Kind: "order", Confidence: rule.High, Position: "f.go:3", Fingerprint: "x", Message: `locks "mu"`, Verdict: Minor, Proof: "f.go:1 is a test"},
		{Repository: "a/b", Commit: "c", Rule: "timerleak", Kind: "after", Confidence: rule.Low, Position: "g.go:1", Fingerprint: "y", Message: "m"},
	}
	var sheet strings.Builder
	if err := encodeRows(&sheet, rows); err != nil {
		t.Fatal(err)
	}
	got, err := decodeRows(strings.NewReader(sheet.String()))
	if diff := cmp.Diff(rows, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestBrokenWorksheetIsAnError(t *testing.T) {
	head := strings.Join(header, "\t") + "\n"
	for name, sheet := range map[string]string{
		"empty":           "",
		"another header":  strings.Replace(head, "proof", "prove", 1),
		"verdict unknown": head + "a/b\tc\tr\tk\thigh\tf.go:1\t\tx\tm\tmaybe\tp\n",
		"verdict unsaid":  head + "a/b\tc\tr\tk\thigh\tf.go:1\t\tx\tm\ttrue\t\n",
	} {
		if got, err := decodeRows(strings.NewReader(sheet)); err == nil {
			t.Errorf("%s: read as %v, want an error", name, got)
		}
	}
}

func TestRepositoriesAreRead(t *testing.T) {
	const list = "# why\nrepository\tcommit\tset\tgo\tlines\tmodules\netcd-io/etcd\tc34dc7ee\tdev\t1.26\t220601\t14\nmoby/moby\tb985e231\theld-out\t1.26.3\t1\t4\n"
	got, err := decodeRepositories(strings.NewReader(list))
	want := []Repository{repository, {Name: "moby/moby", Commit: "b985e231", Set: "held-out", Go: "1.26.3", Lines: "1"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("%v\n%s", err, diff)
	}
	if got := chosen(got, "dev", nil); len(got) != 1 || got[0] != repository {
		t.Errorf("of set dev: %v", got)
	}
	if got := chosen(got, "", []string{"moby/moby"}); len(got) != 1 || got[0].Name != "moby/moby" {
		t.Errorf("named moby/moby: %v", got)
	}
}

func TestFindingsPartByConfidence(t *testing.T) {
	fs := []finding.Finding{{Confidence: rule.High}, {Confidence: rule.Medium}, {Confidence: rule.Low}}
	high, rest := byConfidence(fs)
	if len(high) != 1 || len(rest) != 2 {
		t.Errorf("high %v, rest %v", high, rest)
	}
}
