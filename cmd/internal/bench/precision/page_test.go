package main

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden page anew")

func rowsWith(repository, name string, confidence rule.Confidence, verdicts ...Verdict) []Row {
	var rows []Row
	for _, v := range verdicts {
		rows = append(rows, Row{Repository: repository, Rule: name, Confidence: confidence, Verdict: v})
	}
	return rows
}

func TestPage(t *testing.T) {
	repositories := []Repository{
		repository,
		{Name: "moby/moby", Commit: "b985e2313a8676e18072b442911fc8f64f17d440", Set: "held-out", Go: "1.26.3", Lines: "376845"},
		{Name: "minio/minio", Commit: "7aac2a2c5b7c882e68c1ce017d8256be2feea27f", Set: "held-out", Go: "1.24.0", Lines: "350006"},
	}
	rows := slices.Concat(
		rowsWith("etcd-io/etcd", "deadlock", rule.High, True, True, True, True),
		rowsWith("etcd-io/etcd", "goroutineleak", rule.High, True, Minor),
		rowsWith("moby/moby", "goroutineleak", rule.High, True, False, Unread),
		rowsWith("moby/moby", "goroutineleak", rule.Low, True, False, False),
		rowsWith("etcd-io/etcd", "goroutineleak", rule.Medium, Unread),
	)
	var got strings.Builder
	if err := writePage(&got, repositories, rows, []Recall{{"Bugs", "As bugs prints it.", "hit  a\nmiss b\n"}}); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/page.md"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestWorstComesFirstAndTheUnreadLast(t *testing.T) {
	rows := slices.Concat(
		rowsWith("unread/unread", "r", rule.High, Unread),
		rowsWith("good/good", "r", rule.High, True, True),
		rowsWith("bad/bad", "r", rule.High, True, False),
		rowsWith("better/better", "r", rule.High, True, True, True),
	)
	var got []string
	for _, g := range groups(rows, func(r Row) string { return r.Repository }) {
		got = append(got, g.Name)
	}
	if want := []string{"bad/bad", "better/better", "good/good", "unread/unread"}; !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
}

func TestMinorCountsAgainstARule(t *testing.T) {
	tally := Tally{True: 9, Minor: 1, Unread: 5}
	if got, want := tally.String(), "90% (60–98)"; got != want {
		t.Errorf("share = %s, want %s", got, want)
	}
}
