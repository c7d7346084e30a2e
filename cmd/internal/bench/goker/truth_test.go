package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryKernelHasABlockedOperationAndAGoStatement(t *testing.T) {
	truth, err := loadTruth()
	if err != nil {
		t.Fatal(err)
	}
	has := make(map[string]map[string]bool)
	for _, p := range truth.Positions {
		if has[p.Kernel] == nil {
			has[p.Kernel] = make(map[string]bool)
		}
		has[p.Kernel][p.What] = true
	}
	for _, k := range truth.Kernels {
		if !has[k.Name][blocked] || !has[k.Name][started] {
			t.Errorf("kernel %s has only %v", k.Name, slices.Sorted(maps.Keys(has[k.Name])))
		}
		delete(has, k.Name)
	}
	for name := range has {
		t.Errorf("there are positions in %s, which is no kernel", name)
	}
}

// TestNamedPositions guards the table that is written by hand against slips.
func TestNamedPositions(t *testing.T) {
	truth, err := loadTruth()
	if err != nil {
		t.Fatal(err)
	}
	named, err := readPositions(namedTable)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := locateSuite(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	suite, err := readSuite(dir)
	if err != nil {
		t.Fatal(err)
	}
	marks := map[string][]string{lock: {"Lock()"}, started: {"go "}, blocked: {"Lock()", "Wait()", "<-", "select {"}}
	for _, p := range named {
		same := func(k Kernel) bool { return k.Name == p.Kernel }
		now := slices.IndexFunc(suite, same)
		if now < 0 || suite[now].Hash != truth.Kernels[slices.IndexFunc(truth.Kernels, same)].Hash {
			t.Logf("%s is another file in this Go distribution", p.Kernel)
			continue
		}
		src, err := os.ReadFile(filepath.Join(dir, p.Kernel+".go"))
		if err != nil {
			t.Fatal(err)
		}
		line := strings.Split(string(src), "\n")[p.Line-1]
		if !slices.ContainsFunc(marks[p.What], func(mark string) bool { return strings.Contains(line, mark) }) {
			t.Errorf("%s:%d is to be %s, but is %q", p.Kernel, p.Line, p.What, line)
		}
	}
}

func TestTablesReadBackAsWritten(t *testing.T) {
	kernels := []Kernel{{Name: "etcd1", Entry: "Etcd1", Type: "Mixed", Subtype: "Channel & lock", Hash: "00ff"}}
	positions := []Position{{Kernel: "etcd1", What: blocked, Line: 5, Function: "(*T).f", Evidence: "1/2"}}
	var table strings.Builder
	if err := writeKernels(&table, "go1.2", kernels); err != nil {
		t.Fatal(err)
	}
	gotKernels, err := readKernels([]byte(table.String()))
	if diff := cmp.Diff(kernels, gotKernels); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	table.Reset()
	if err := writePositions(&table, "go1.2", 2, positions); err != nil {
		t.Fatal(err)
	}
	gotPositions, err := readPositions([]byte(table.String()))
	if diff := cmp.Diff(positions, gotPositions); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestOtherKernelsAreRefused(t *testing.T) {
	truth := Truth{Kernels: []Kernel{{Name: "etcd1", Hash: "1"}, {Name: "etcd2", Hash: "2"}}}
	if err := truth.check(truth.Kernels); err != nil {
		t.Errorf("the same kernels are refused: %v", err)
	}
	for name, suite := range map[string][]Kernel{
		"another file": {{Name: "etcd1", Hash: "1"}, {Name: "etcd2", Hash: "3"}},
		"one less":     {{Name: "etcd1", Hash: "1"}},
		"one more":     {{Name: "etcd1", Hash: "1"}, {Name: "etcd2", Hash: "2"}, {Name: "etcd3", Hash: "3"}},
	} {
		if err := truth.check(suite); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
