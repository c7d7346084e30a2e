package govuln_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
)

// profileOf returns a profile with a stack for each list of functions.
func profileOf(t *testing.T, stacks ...[]string) *bytes.Buffer {
	t.Helper()
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}}}
	for _, stack := range stacks {
		s := &profile.Sample{Value: []int64{1}}
		for _, name := range stack {
			id := uint64(len(p.Function) + 1)
			f := &profile.Function{ID: id, Name: name}
			l := &profile.Location{ID: id, Line: []profile.Line{{Function: f}}}
			p.Function, p.Location = append(p.Function, f), append(p.Location, l)
			s.Location = append(s.Location, l)
		}
		p.Sample = append(p.Sample, s)
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return &b
}

// Functions are seen under the compiler's names: methods of pointers, closures in them, and
// instances of generic functions.
func TestEvidence(t *testing.T) {
	call := func(pkg, symbol string) govuln.Call { return govuln.Call{Package: pkg, Symbol: symbol} }
	f := &govuln.Finding{Advisory: &osv.Entry{ID: "GO-2026-0001"}, Calls: []govuln.Call{
		call("example.com/dep", "Plain"), call("example.com/dep", "T.Pointer"), call("example.com/dep", "T.Value"),
		call("example.com/dep", "Generic"), call("example.com/dep.v2", "Dotted"), call("example.com/dep", "Never"), call("example.com/dep", "Fun"),
	}}
	e, err := govuln.ReadEvidence(profileOf(t,
		[]string{"example.com/dep.Plain", "main.main"},
		[]string{"example.com/dep.Plain.func1.2", "example.com/dep.Plain", "main.main"},
		[]string{"example.com/dep.(*T).Pointer.func2", "example.com/dep.T.Value-fm"},
		[]string{"example.com/dep.Generic[go.shape.int,go.shape.struct { A [2]int }].func1", "example.com/dep%2ev2.Dotted"},
		[]string{"example.com/dep.Functions", "example.com/dep.Nevermore"},
	))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range e.Of(f) {
		got = append(got, fmt.Sprintf("%s.%s %d", s.Package, s.Symbol, s.Samples))
	}
	want := []string{"example.com/dep.Generic 1", "example.com/dep.Plain 2", "example.com/dep.T.Pointer 1", "example.com/dep.T.Value 1", "example.com/dep.v2.Dotted 1"}
	if !slices.Equal(got, want) {
		t.Errorf("seen are %q, want %q", got, want)
	}
}

func TestNoEvidence(t *testing.T) {
	for text, content := range map[string]*bytes.Buffer{
		"it is no profile":      bytes.NewBufferString("package main"),
		"it names no functions": profileOf(t),
	} {
		if _, err := govuln.ReadEvidence(content); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("the error is %v, want one with %q", err, text)
		}
	}
}
