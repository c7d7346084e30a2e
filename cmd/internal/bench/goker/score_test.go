package main

import (
	"strings"
	"testing"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/google/go-cmp/cmp"
)

var small = Truth{
	Kernels: []Kernel{
		{Name: "etcd1", Type: "Mixed", Subtype: "Channel & lock"},
		{Name: "etcd2", Type: "Communication", Subtype: "Channel"},
		{Name: "etcd3", Type: "Communication", Subtype: "Channel"},
	},
	Positions: []Position{
		{Kernel: "etcd1", What: lock, Line: 5},
		{Kernel: "etcd2", What: blocked, Line: 7},
		{Kernel: "etcd2", What: started, Line: 9},
		{Kernel: "etcd3", What: blocked, Line: 3},
	},
}

func at(file string, line int, name string, confidence rule.Confidence) finding.Finding {
	return finding.Finding{Rule: name, Kind: "k", Message: "m", Confidence: confidence, Span: finding.Span{File: file, Line: line}}
}

var reported = []finding.Finding{
	at("etcd1.go", 5, "deadlock", rule.Low),
	at("etcd2.go", 7, "goroutineleak", rule.High),
	at("etcd2.go", 9, "goroutineleak", rule.High),
	at("etcd3.go", 4, "goroutineleak", rule.High),
	related(at("etcd3.go", 5, "deadlock", rule.High), "etcd3.go", 3),
}

func related(f finding.Finding, file string, line int) finding.Finding {
	f.Related = []finding.Related{{Span: finding.Span{File: file, Line: line}}}
	return f
}

func TestKernelIsHitAtItsPositionsOnly(t *testing.T) {
	for confidence, want := range map[rule.Confidence]string{rule.High: "etcd2", rule.Low: "etcd1 etcd2"} {
		s := score(small, reported, confidence)
		if got := names(s.Hits); got != want {
			t.Errorf("%s: hits = %s, want %s", confidence, got, want)
		}
		if len(s.Elsewhere) != 1 || s.Elsewhere[0].File != "etcd3.go" {
			t.Errorf("%s: elsewhere = %v, want the finding one line below etcd3's", confidence, s.Elsewhere)
		}
		if len(s.Beside) != 1 || s.Beside[0].Line != 5 {
			t.Errorf("%s: beside = %v, want the finding that is related to etcd3's", confidence, s.Beside)
		}
	}
}

func TestOtherRulesDoNotCount(t *testing.T) {
	got := ofRules(reported, []string{"deadlock"})
	if len(got) != 2 || got[0].Rule != "deadlock" {
		t.Errorf("findings of deadlock = %v", got)
	}
	if got := ofRules(reported, nil); len(got) != len(reported) {
		t.Errorf("without rules %d findings count, want all %d", len(got), len(reported))
	}
}

func TestTableCountsByCategory(t *testing.T) {
	var out strings.Builder
	if err := printTable(&out, small.Kernels, score(small, reported, rule.High), score(small, reported, rule.Low)); err != nil {
		t.Fatal(err)
	}
	const want = `                          kernels  high       low      
  Communication: Channel        2     1  50%    1   50%
   Mixed: Channel & lock        1     0   0%    1  100%
                     all        3     1  33%    2   67%

confidence high
  hit: etcd2
  missed: etcd1 etcd3
  at no position of the kernel, but related to one: 1
    etcd3.go:5: deadlock/k: m
  at no position of the kernel: 1
    etcd3.go:4: goroutineleak/k: m

confidence low
  hit: etcd1 etcd2
  missed: etcd3
  at no position of the kernel, but related to one: 1
    etcd3.go:5: deadlock/k: m
  at no position of the kernel: 1
    etcd3.go:4: goroutineleak/k: m
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
