package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Tool is a program that looks at a whole code base.
type Tool struct {
	Name  string
	Args  []string // the program first
	Codes []int    // exit codes, besides 0, with which it has done its work

	// OwnCache tells that the tool keeps its results elsewhere than in the
	// build cache.
	OwnCache bool
}

// The names of the tools.
const (
	vetName         = "go vet"
	checkName       = "gomend check"
	golangciName    = "golangci-lint run"
	staticcheckName = "staticcheck"
)

// tools returns `go vet` first, then gomend, then the others that are given.
func tools(ctx context.Context, dir, gomend, golangci, staticcheck string) ([]Tool, error) {
	list := []Tool{
		{Name: vetName, Args: []string{"go", "vet", "work"}, Codes: []int{1}},
		{Name: checkName, Args: []string{gomend, "check", "work"}, Codes: []int{1}},
	}
	if golangci != "" {
		modules, err := modulePatterns(ctx, dir)
		if err != nil {
			return nil, err
		}
		list = append(list, Tool{Name: golangciName, Args: append([]string{golangci, "run"}, modules...), Codes: []int{1}, OwnCache: true})
	}
	if staticcheck != "" {
		list = append(list, Tool{Name: staticcheckName, Args: []string{staticcheck, "work"}, Codes: []int{1}, OwnCache: true})
	}
	return list, nil
}

// modulePatterns returns a pattern for each module of the workspace:
// golangci-lint does not know the pattern "work".
func modulePatterns(ctx context.Context, dir string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s in %s: %w", cmd, dir, err)
	}
	var patterns []string
	for line := range strings.Lines(string(out)) {
		rel, err := filepath.Rel(dir, strings.TrimSpace(line))
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, "./"+filepath.ToSlash(filepath.Join(rel, "...")))
	}
	return patterns, nil
}

// run runs the tool on the bench.
func (t Tool) run(ctx context.Context, b Bench) (Cost, error) {
	return b.run(ctx, t.Codes, t.Args[0], t.Args[1:]...)
}
