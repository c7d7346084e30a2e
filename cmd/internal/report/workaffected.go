package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/gomend/gomend/workspace/affected"
)

// The formats of affected packages, besides text and JSON.
const (
	Patterns     Format = "patterns"      // import paths, one a line
	GitHubMatrix Format = "github-matrix" // a matrix for a workflow: an entry for each module
)

// AffectedFormats returns the formats for affected packages.
func AffectedFormats() []Format { return []Format{Text, JSON, Patterns, GitHubMatrix} }

// An Affected is what a change reaches, and the packages that are asked for.
type Affected struct {
	*affected.Result
	Packages []*affected.Package

	// Unused are the patterns of configured inputs that name no package.
	Unused []UnusedPattern
}

// WriteAffected writes what a change reaches, in one of the [AffectedFormats].
func WriteAffected(w io.Writer, f Format, a *Affected) error {
	switch f {
	case Text:
		return a.writeText(w)
	case JSON:
		return a.writeJSON(w)
	case Patterns:
		return a.writePatterns(w)
	case GitHubMatrix:
		return a.writeMatrix(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(AffectedFormats()))
}

func (a *Affected) writeText(w io.Writer) error {
	var b strings.Builder
	for _, p := range a.Packages {
		note := ""
		switch {
		case p.Removed:
			note = " (gone)"
		case p.Effect != affected.Archive:
			note = " (" + p.Effect.String() + ")"
		}
		fmt.Fprintf(&b, "%s%s: %s\n", p.ImportPath, note, oneLine(p.Why()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writePatterns writes the import paths of what is still there.
func (a *Affected) writePatterns(w io.Writer) error {
	var b strings.Builder
	for _, p := range a.Packages {
		if !p.Removed {
			b.WriteString(p.ImportPath + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// A matrixEntry is a job: a module, with its affected packages for a command line.
type matrixEntry struct {
	Module   string `json:"module"`
	Dir      string `json:"dir"`
	Packages string `json:"packages"`
}

// writeMatrix writes the matrix in one line, as GITHUB_OUTPUT takes it.
func (a *Affected) writeMatrix(w io.Writer) error {
	matrix := struct {
		Include []matrixEntry `json:"include"`
	}{Include: []matrixEntry{}}
	for _, m := range a.Modules {
		var paths []string
		for _, p := range a.Packages {
			if p.Module == m.Module && !p.Removed {
				paths = append(paths, p.ImportPath)
			}
		}
		if len(paths) > 0 {
			matrix.Include = append(matrix.Include, matrixEntry{m.Name(), m.Rel, strings.Join(paths, " ")})
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(matrix)
}

// An affectedDocument is what a change reaches, in JSON.
type affectedDocument struct {
	Version     int              `json:"version"`
	Base        string           `json:"base"`
	Total       int              `json:"packages_in_all"`
	Packages    []affectedInJSON `json:"packages"`
	Modules     []moduleInJSON   `json:"modules"`
	Mains       []string         `json:"mains"`
	Changed     []string         `json:"changed_files"`
	Unconcerned []string         `json:"files_of_no_package"`
	Comments    []string         `json:"only_comments_differ"`
	Stale       []string         `json:"tests_to_record_again"`
	Unrecorded  []string         `json:"tests_not_recorded"`
	Sums        []string         `json:"changed_sums"`
	Failures    []string         `json:"not_looked_at"`
}

type affectedInJSON struct {
	ImportPath string   `json:"import_path"`
	Dir        string   `json:"dir"`
	Module     string   `json:"module"`
	Effect     string   `json:"effect"`
	Elsewhere  bool     `json:"other_platforms"`
	Added      bool     `json:"added"`
	Removed    bool     `json:"removed"`
	Main       bool     `json:"main"`
	Why        string   `json:"why"`
	Cause      string   `json:"cause"`
	Subject    string   `json:"subject"`
	Chain      []string `json:"chain"`
}

type moduleInJSON struct {
	Path   string `json:"path"`
	Dir    string `json:"dir"`
	Effect string `json:"effect"`
}

func (a *Affected) writeJSON(w io.Writer) error {
	d := affectedDocument{
		Version: 1, Base: a.Base, Total: a.Total,
		Packages: []affectedInJSON{}, Modules: []moduleInJSON{}, Mains: []string{},
		Changed: list(a.Changed), Unconcerned: list(a.Unconcerned), Comments: list(a.CommentsOnly), Stale: list(a.Stale), Unrecorded: list(a.Unrecorded), Sums: []string{}, Failures: []string{},
	}
	for _, p := range a.Packages {
		d.Packages = append(d.Packages, affectedInJSON{
			ImportPath: p.ImportPath, Dir: p.Dir, Module: p.Module.Name(), Effect: p.Effect.String(),
			Elsewhere: p.Elsewhere, Added: p.Added, Removed: p.Removed, Main: p.Main(),
			Why: p.Why(), Cause: string(p.Cause.Kind), Subject: p.Cause.Subject, Chain: list(p.Chain),
		})
		if p.Main() {
			d.Mains = append(d.Mains, p.ImportPath)
		}
	}
	for _, m := range a.Modules {
		d.Modules = append(d.Modules, moduleInJSON{m.Name(), m.Rel, m.Effect.String()})
	}
	for _, s := range a.Sums {
		d.Sums = append(d.Sums, s.String())
	}
	for i := range a.Failures {
		d.Failures = append(d.Failures, a.Failures[i].Error())
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

// maxNamed is how many files or packages of a kind a summary names.
const maxNamed = 5

// WriteAffectedSummary writes how much a change reaches, and what a reader has to know.
// Files are shown as path returns them.
func WriteAffectedSummary(w io.Writer, a *Affected, path func(file string) string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s changed since %.12s: ", plural(len(a.Changed), "file"), a.Base)
	if n := len(a.Result.Packages); n <= a.Total {
		fmt.Fprintf(&b, "%d of %s", n, plural(a.Total, "package"))
	} else { // some of these can't be loaded now
		fmt.Fprintf(&b, "%s, and %d can be loaded", plural(n, "package"), a.Total)
	}
	if mains := a.Mains(); len(mains) > 0 {
		fmt.Fprintf(&b, ", of which %s to be deployed anew", plural(len(mains), "program"))
	}
	b.WriteString("\n")
	if len(a.CommentsOnly) > 0 {
		fmt.Fprintf(&b, "only comments differ: %s\n", some(a.CommentsOnly))
	}
	if len(a.Unconcerned) > 0 {
		fmt.Fprintf(&b, "of no package: %s\n", some(a.Unconcerned))
	}
	if len(a.Stale) > 0 {
		fmt.Fprintf(&b, "the tests of %s may open more than was recorded: they have changed since, or failed\n", some(a.Stale))
	}
	if len(a.Unrecorded) > 0 {
		fmt.Fprintf(&b, "what the tests of %s open was not recorded\n", some(a.Unrecorded))
	}
	for _, u := range a.Unused {
		fmt.Fprintf(&b, "%s:%d:%d: warning: the pattern %s names no package\n", path(u.At.Filename), u.At.Line, u.At.Column, u.Pattern)
	}
	for _, s := range a.Sums {
		fmt.Fprintf(&b, "warning: %s\n", s)
	}
	for i := range a.Failures {
		fmt.Fprintf(&b, "not looked at: %s\n", oneLine(a.Failures[i].Error()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// some names the first of many.
func some(names []string) string {
	shown := names[:min(len(names), maxNamed)]
	text := strings.Join(shown, ", ")
	if n := len(names) - len(shown); n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
