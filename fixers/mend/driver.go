package mend

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/fix"
)

// A found diagnostic is one with the fixer that reported it.
type found struct {
	fixer *fix.Fixer
	analysis.Diagnostic
}

// An analyst runs analyzers on one package.
type analyst struct {
	*checked
	facts   *facts
	read    func(name string) ([]byte, error)
	results map[*analysis.Analyzer]any
	failed  map[*analysis.Analyzer]error
}

// run returns what a fixer has to say of the package. An analyzer that fails or panics
// says nothing: its error is returned.
func (a *analyst) run(f *fix.Fixer) ([]found, error) {
	var all []found
	_, err := a.result(f.Analyzer, func(d analysis.Diagnostic) { all = append(all, found{f, d}) })
	return all, err
}

// result runs an analyzer after those that it requires, once.
func (a *analyst) result(analyzer *analysis.Analyzer, report func(analysis.Diagnostic)) (result any, err error) {
	if err := a.failed[analyzer]; err != nil {
		return nil, err
	}
	if result, ok := a.results[analyzer]; ok {
		return result, nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the analyzer %s panics: %v", analyzer.Name, p)
		}
		if err != nil {
			a.failed[analyzer] = err
			return
		}
		a.results[analyzer] = result
	}()
	required := make(map[*analysis.Analyzer]any, len(analyzer.Requires))
	for _, r := range analyzer.Requires {
		value, err := a.result(r, func(analysis.Diagnostic) {})
		if err != nil {
			return nil, err
		}
		required[r] = value
	}
	result, err = analyzer.Run(a.pass(analyzer, required, report))
	if err != nil {
		return nil, fmt.Errorf("the analyzer %s: %w", analyzer.Name, err)
	}
	return result, nil
}

// pass returns what an analyzer is given to see of the package.
func (a *analyst) pass(analyzer *analysis.Analyzer, required map[*analysis.Analyzer]any, report func(analysis.Diagnostic)) *analysis.Pass {
	return &analysis.Pass{
		Analyzer:     analyzer,
		Fset:         a.fset,
		Files:        a.files,
		OtherFiles:   a.listed.OtherFiles,
		IgnoredFiles: a.listed.IgnoredFiles,
		Pkg:          a.types,
		TypesInfo:    a.info,
		TypesSizes:   a.sizes,
		Module:       a.module(),
		ResultOf:     required,
		Report:       report,
		ReadFile:     a.read,
		ImportObjectFact: func(obj types.Object, fact analysis.Fact) bool {
			path, ok := pathOf(obj)
			return ok && a.facts.get(obj.Pkg().Path(), path, fact) && a.mayInline(obj, fact)
		},
		ImportPackageFact: func(pkg *types.Package, fact analysis.Fact) bool {
			return a.facts.get(pkg.Path(), "", fact)
		},
		ExportObjectFact: func(obj types.Object, fact analysis.Fact) {
			if path, ok := pathOf(obj); ok {
				a.facts.set(obj.Pkg().Path(), path, fact)
				if isInlineFact(fact) {
					a.noteSince(obj, path)
				}
			}
		},
		ExportPackageFact: func(fact analysis.Fact) { a.facts.set(a.types.Path(), "", fact) },
		AllObjectFacts:    func() []analysis.ObjectFact { return nil },
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
	}
}

// module returns the package's module, as analyzers see it.
func (a *analyst) module() *analysis.Module {
	m := a.listed.Module
	if m == nil {
		return nil
	}
	return &analysis.Module{Path: m.Path, Version: m.Version, GoVersion: m.GoVersion}
}

// readOver reads files as they are to be, or else by another function.
func readOver(content map[string][]byte, read func(string) ([]byte, error)) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if data, ok := content[name]; ok {
			return data, nil
		}
		return read(name)
	}
}
