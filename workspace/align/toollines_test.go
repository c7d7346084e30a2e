package align_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

const tools = `
-- go.mod --
module example.com/shop

go 1.24.0

require (
	dep.example/lib v1.0.0
	dep.example/tools v1.0.0 // for go generate
)
-- shop.go --
package shop

//go:generate go run dep.example/tools/cmd/gen -o x.go
//go:generate go run dep.example/tools/cmd/gen2

// It says dep.example/tools/cmd/gen and go run.
-- tools.go --
//go:build tools

// Package shop depends on tools.
package shop

import (
	// It makes x.go.
	_ "dep.example/tools/cmd/gen"
	_ "dep.example/tools/cmd/lint" // checks
)
-- internal/tools/deps.go --
// +build tools

package tools

import _ "dep.example/tools/cmd/lint"
import (
	_ "dep.example/tools/cmd/gen"

	_ "dep.example/lib" // keeps it
)
-- other_tools.go --
//go:build tools && linux

package shop

import _ "dep.example/tools/cmd/lint"
-- used.go --
//go:build tools

package shop

import "dep.example/tools/cmd/lint"

var _ = lint.X
-- Makefile --
gen:
	go run dep.example/tools/cmd/gen
	$(GO) install dep.example/tools/cmd/lint@latest
	echo dep.example/tools/cmd/lint
-- proxy/dep.example_tools_v1.0.0/go.mod --
module dep.example/tools

go 1.20
-- proxy/dep.example_tools_v1.0.0/cmd/gen/main.go --
package main

func main() {}
-- proxy/dep.example_tools_v1.0.0/cmd/lint/main.go --
package main

func main() {}
-- proxy/dep.example_lib_v1.0.0/go.mod --
module dep.example/lib

go 1.20
-- proxy/dep.example_lib_v1.0.0/lib.go --
package lib
`

func toolLines(t *testing.T, cfg workspace.Config) (*align.Tools, []string) {
	t.Helper()
	r, err := align.ToolLines(t.Context(), cfg, align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rel := func(name string) string {
		return filepath.ToSlash(strings.TrimPrefix(name, cfg.Dir+string(filepath.Separator)))
	}
	var all []string
	for _, c := range r.Changes {
		what := "changes"
		if c.New == nil {
			what = "goes"
		}
		all = append(all, rel(c.File)+" "+what)
	}
	for _, l := range r.Lines {
		all = append(all, fmt.Sprintf("tool %s, from %s:%d", l.Path, rel(l.From.Filename), l.From.Line))
	}
	for _, m := range r.Mentions {
		all = append(all, fmt.Sprintf("%s:%d mentions %s: %s", rel(m.File), m.Line, m.Path, m.Text))
	}
	for _, l := range r.Left {
		all = append(all, fmt.Sprintf("left: %s: %v", rel(l.What), l.Err))
	}
	for _, f := range r.Failures {
		all = append(all, "failed: "+f.Error())
	}
	for _, w := range r.Worse {
		all = append(all, "worse: "+w.Detail)
	}
	return r, all
}

// Blank imports of programs become tool lines, and files that have nothing else go.
func TestToolLines(t *testing.T) {
	t.Parallel()
	cfg := laid(t, tools, "")
	r, got := toolLines(t, cfg)
	expect(t, got, []string{
		"go.mod changes", "internal/tools/deps.go changes", "tools.go goes",
		"tool dep.example/tools/cmd/lint, from internal/tools/deps.go:5",
		"tool dep.example/tools/cmd/gen, from internal/tools/deps.go:7",
		"Makefile:2 mentions dep.example/tools/cmd/gen: go run dep.example/tools/cmd/gen",
		"Makefile:3 mentions dep.example/tools/cmd/lint: $(GO) install dep.example/tools/cmd/lint@latest",
		"shop.go:3 mentions dep.example/tools/cmd/gen: //go:generate go run dep.example/tools/cmd/gen -o x.go",
		"left: internal/tools/deps.go:9:2: dep.example/lib: it is no program",
	})
	if got, want := content(t, r.Result, "go.mod"), `module example.com/shop

go 1.24.0

require (
	dep.example/lib v1.0.0
	dep.example/tools v1.0.0 // for go generate
)

tool (
	dep.example/tools/cmd/gen
	dep.example/tools/cmd/lint
)
`; got != want {
		t.Errorf("go.mod is to be\n%s", got)
	}
	if got, want := content(t, r.Result, "deps.go"), `//go:build tools
// +build tools

package tools

import (
	_ "dep.example/lib" // keeps it
)
`; got != want {
		t.Errorf("deps.go is to be\n%s", got)
	}
	write(t, r.Result)
	run(t, cfg, "", "GOFLAGS=-mod=readonly", "tool", "dep.example/tools/cmd/gen")
	if again, got := toolLines(t, cfg); len(again.Changes) > 0 {
		t.Errorf("the second time: %q", got)
	}
}

// Before 1.24 there are no tool lines, and a module that is not tidy is left as it is.
func TestToolLinesAreNotMade(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, from, to, want string }{
		{"older", "go 1.24.0", "go 1.23.0", ""},
		{
			"untidy", "dep.example/tools v1.0.0 // for go generate", "dep.example/tools v1.0.0\n\tdep.example/useless v1.0.0",
			`failed: module .: with tool lines, dep.example/useless would change from "v1.0.0" to "": run "go mod tidy" first`,
		},
		{"no program", "package main", "package gen", "left"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := laid(t, tools+`
-- proxy/dep.example_useless_v1.0.0/go.mod --
module dep.example/useless

go 1.20
-- proxy/dep.example_useless_v1.0.0/lib.go --
package useless
`, "")
			data := strings.ReplaceAll(readFile(t, filepath.Join(cfg.Dir, "go.mod")), test.from, test.to)
			if test.name == "no program" {
				cfg = laid(t, strings.ReplaceAll(tools, test.from, test.to), "")
			} else {
				writeFile(t, filepath.Join(cfg.Dir, "go.mod"), data)
			}
			r, got := toolLines(t, cfg)
			if len(r.Changes) > 0 {
				t.Errorf("there are changes: %q", got)
			}
			if !strings.HasPrefix(strings.Join(got, "\n"), test.want) || test.want == "" && len(got) > 0 {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
