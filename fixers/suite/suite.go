package suite

import (
	"go/ast"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/analysis/passes/modernize"
	suitefix "golang.org/x/tools/go/analysis/suite/fix"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Fixers returns the adopted analyzers, each as a fixer, sorted by name. An analyzer that
// the x/tools at hand does not have is left out.
//
// The fixers take the place of the analyzers, whose facts they export: a driver that is
// given an analyzer of x/tools beside the fixer of its name refuses both.
func Fixers() []*fix.Fixer {
	known := upstream()
	var all []*fix.Fixer
	for _, r := range table() {
		if i := slices.IndexFunc(known, func(a *analysis.Analyzer) bool { return a.Name == r.name }); i >= 0 {
			all = append(all, r.fixer(known[i]))
		}
	}
	slices.SortFunc(all, func(a, b *fix.Fixer) int { return strings.Compare(a.Name(), b.Name()) })
	return all
}

// upstream returns the analyzers of x/tools that are looked at: its suite, and those
// modernizers that are no part of it since they may change what a program does.
func upstream() []*analysis.Analyzer {
	return slices.Concat(suitefix.Suite, []*analysis.Analyzer{
		modernize.AppendClippedAnalyzer,
		modernize.BLoopAnalyzer,
		modernize.FmtAppendfAnalyzer,
		modernize.SlicesDeleteAnalyzer,
	})
}

// A row is what is known of an analyzer.
type row struct {
	name, title, since string
	guard              guard // nil: all that it reports is of the first kind
	kinds              []fix.Kind

	dropsComments bool // those beside what is removed speak of it
	explains      bool // a diagnostic without a fix says why there is none
}

// A guard says whether a diagnostic is of another kind than the nameless one, and why.
type guard func(s *site) verdict

// A verdict is the kind of a diagnostic and what is added to its message.
type verdict struct{ kind, why string }

// sound is the verdict on what is as its analyzer says.
var sound verdict

const (
	leftKind    = "left"
	removedKind = "function" // with which its comments go
)

// left is the verdict on a fix that is withheld.
func left(why string) verdict { return verdict{leftKind, "left alone, as " + why} }

// fixer returns the fixer that an analyzer becomes.
func (r row) fixer(a *analysis.Analyzer) *fix.Fixer {
	return &fix.Fixer{Analyzer: r.wrap(a), Title: r.title, Since: r.since, Kinds: r.kinds}
}

// wrap returns an analyzer that reports what another does, after the guard has seen it.
// The other one stays as it is: it is shared by all of the process.
func (r row) wrap(a *analysis.Analyzer) *analysis.Analyzer {
	wrapped := *a
	wrapped.Requires = slices.Clone(a.Requires)
	if !slices.Contains(wrapped.Requires, inspect.Analyzer) {
		wrapped.Requires = append(wrapped.Requires, inspect.Analyzer)
	}
	wrapped.Run = func(pass *analysis.Pass) (any, error) {
		inner := *pass
		inner.Analyzer = a
		inner.Report = func(d analysis.Diagnostic) {
			if judged, ok := r.judge(pass, d); ok {
				pass.Report(judged)
			}
		}
		if r.name == "inline" {
			inner.TypesInfo = withOwnVersions(pass)
		}
		return a.Run(&inner)
	}
	return &wrapped
}

// judge returns what becomes of a diagnostic: one of a kind in the table with one fix, or
// of the kind left with none. It reports false for what is in a generated file, or can't be
// mended.
func (r row) judge(pass *analysis.Pass, d analysis.Diagnostic) (analysis.Diagnostic, bool) {
	d.Category = ""
	if file := rewrite.FileOf(pass, d.Pos); file != nil && ast.IsGenerated(file) {
		return d, false
	}
	if len(d.SuggestedFixes) == 0 {
		d.Category = leftKind
		return d, r.explains
	}
	d.SuggestedFixes = d.SuggestedFixes[:1:1] // any other one changes what the program does
	s, ok := newSite(pass, d)
	if !ok {
		return d, true
	}
	v := sound
	if r.guard != nil {
		v = r.guard(s)
	}
	if v.kind != leftKind && !r.dropsComments && v.kind != removedKind && !s.keepsComments() {
		v = left("a comment would be lost")
	}
	d.Category = v.kind
	if v.why != "" {
		d.Message += ": " + v.why
	}
	if v.kind == leftKind {
		d.SuggestedFixes = nil
	}
	return d, true
}
