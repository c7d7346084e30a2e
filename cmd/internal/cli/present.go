package cli

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/gomend/gomend/cmd/internal/engine"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
)

// present returns the analysis as reports show it.
func present(x *analysis) *report.Run {
	run := &report.Run{
		Version:        thisBuild().Version,
		Rules:          allRules(),
		Findings:       x.Shown,
		Suppressed:     slices.Concat(x.suppressed, x.Excluded),
		Hidden:         report.Hidden{LessSure: len(x.LessSure), Generated: len(x.Generated), Off: len(x.Off)},
		Looked:         looked(x),
		OtherPlatforms: x.OtherPlatforms,
		Costs:          costs(x),
		Read:           x.source,
	}
	for _, f := range x.Failures {
		run.Failures = append(run.Failures, failure(f))
	}
	for _, left := range x.code.Excluded {
		run.Skipped = append(run.Skipped, report.Skipped{Dir: left.Dir, Reason: left.Reason})
	}
	for _, f := range x.tolerated {
		run.Skipped = append(run.Skipped, report.Skipped{
			Dir:    cmp.Or(f.Package, f.Module),
			Reason: "known not to build: " + f.Message,
		})
	}
	return run
}

// failure returns a failure with its place apart from the words.
func failure(f engine.Failure) report.Failure {
	shown := report.Failure{
		Module:    f.Module,
		Package:   f.Package,
		File:      f.File,
		Line:      f.Line,
		Column:    f.Column,
		Platforms: f.Platforms,
	}
	f.File = ""
	shown.Message = f.Error()
	return shown
}

// looked says what was looked at, by module.
func looked(x *analysis) report.Looked {
	l := report.Looked{
		Platforms: x.platforms,
		Views:     []string{string(x.view)},
	}
	for _, m := range x.code.Modules {
		counted := report.Module{Path: m.Path, Dir: m.Rel}
		for _, p := range x.Packages {
			if p.Module == m.Name() {
				counted.Packages++
				counted.Files += p.Files
			}
		}
		if counted.Packages > 0 {
			l.Modules = append(l.Modules, counted)
		}
	}
	return l
}

// costs returns what each analyzer took, the dearest first.
func costs(x *analysis) []report.Cost {
	var all []report.Cost
	for name, took := range x.Cost {
		c := report.Cost{Name: name, Time: took}
		for _, f := range x.Findings {
			if f.Rule == name {
				c.Findings++
			}
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b report.Cost) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// markdownLimit is what GitHub takes as the summary of a job's step, in bytes.
const markdownLimit = 1 << 20

// options returns how a report looks that goes to out.
func (a *app) options(x *analysis, out report.Output) report.Options {
	o := report.Options{
		Category: "gomend",
		MaxBytes: markdownLimit,
		Link:     a.permalink(x),
	}
	base := repositoryRoot(x.Root)
	if out.Format == report.Text {
		base = a.Dir
		o.Frames = out.File == "" && a.terminal(a.Out)
		o.Color = out.File == "" && a.colors(a.terminal(a.Out))
	}
	o.Path = func(file string) string { return slashPath(base, x.path(file)) }
	return o
}

// colors reports whether text may have colours. See https://no-color.org and
// https://force-color.org.
func (a *app) colors(terminal bool) bool {
	switch {
	case a.getenv("NO_COLOR") != "":
		return false
	case a.getenv("FORCE_COLOR") != "":
		return true
	}
	return terminal
}

// slashPath returns a path relative to base with slashes, or as it is where it
// lies elsewhere.
func slashPath(base, path string) string {
	if rel, err := filepath.Rel(base, path); err == nil && filepath.IsLocal(rel) {
		path = rel
	}
	return filepath.ToSlash(path)
}

// repositoryRoot returns the nearest directory at or above dir that a repository
// begins at, or dir.
func repositoryRoot(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, ".git")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// permalink returns how to link to a line of a file of the commit that a GitHub
// Actions job is about, or nil elsewhere.
func (a *app) permalink(x *analysis) func(file string, line int) string {
	server, repository, commit := a.getenv("GITHUB_SERVER_URL"), a.getenv("GITHUB_REPOSITORY"), a.getenv("GITHUB_SHA")
	if server == "" || repository == "" || commit == "" {
		return nil
	}
	base := repositoryRoot(x.Root)
	return func(file string, line int) string {
		name := slashPath(base, x.path(file))
		return server + "/" + path.Join(repository, "blob", commit, name) + "#L" + strconv.Itoa(line)
	}
}

// silence moves the findings that the baseline knows from those that are
// reported to those that are suppressed.
func silence(run *report.Run, baseline *finding.Baseline) {
	if baseline == nil {
		return
	}
	fresh, known := baseline.Filter(run.Findings)
	finding.Sort(fresh)
	run.Findings, run.Suppressed = fresh, append(run.Suppressed, known...)
}

// exitCode returns the outcome of a run whose findings fail it from the given
// severity on.
func exitCode(run *report.Run, x *analysis) error {
	fails := func(f finding.Finding) bool { return f.Severity.AtLeast(x.cfg.FailOn) }
	switch {
	case !run.Complete():
		return outcome(exitIncomplete)
	case slices.ContainsFunc(run.Findings, fails):
		return outcome(exitFindings)
	}
	return nil
}
