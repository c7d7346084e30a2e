package vettool

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/cmd/internal/vettool/facts"
)

// results are what the analysis of a package gave.
type results struct {
	diagnostics map[*analysis.Analyzer][]analysis.Diagnostic // of the analyzers asked for
	facts       []byte
	cost        map[string]time.Duration
}

// withFacts returns those of the analyzers, and of what they require, that have
// facts. What requires them and has none of its own is not among them: of a
// package that is only a dependency, it would tell what nobody asked for.
func withFacts(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	var all []*analysis.Analyzer
	seen := make(map[*analysis.Analyzer]bool)
	var visit func(a *analysis.Analyzer)
	visit = func(a *analysis.Analyzer) {
		if seen[a] {
			return
		}
		seen[a] = true
		for _, required := range a.Requires {
			visit(required)
		}
		if len(a.FactTypes) > 0 {
			all = append(all, a)
		}
	}
	for _, a := range analyzers {
		visit(a)
	}
	return all
}

// analyse runs the analyzers, each after those that it requires, concurrently
// where they are independent. all are the tool's analyzers, enabled or not.
func analyse(cfg *config, pkg *loadedPackage, all, enabled []*analysis.Analyzer) (*results, error) {
	set, err := importFacts(cfg, pkg, all, enabled)
	if err != nil {
		return nil, err
	}
	x := &execution{cfg: cfg, pkg: pkg, facts: set, actions: make(map[*analysis.Analyzer]*action)}
	for _, a := range enabled {
		x.add(a)
	}
	var wg sync.WaitGroup
	for _, act := range x.order {
		wg.Go(func() { x.perform(act) })
	}
	wg.Wait()
	if err := errors.Join(x.err(), set.Err()); err != nil {
		return nil, err
	}
	r := &results{
		diagnostics: make(map[*analysis.Analyzer][]analysis.Diagnostic),
		cost:        map[string]time.Duration{"types": pkg.took},
	}
	for _, a := range enabled {
		r.diagnostics[a] = x.actions[a].diagnostics
	}
	for _, act := range x.order {
		r.cost[act.analyzer.Name] = act.took
	}
	if len(withFacts(enabled)) > 0 {
		r.facts, err = set.Encode()
	}
	return r, err
}

// importFacts reads the facts of the package's imports, if any of the enabled
// analyzers has use for them.
func importFacts(cfg *config, pkg *loadedPackage, all, enabled []*analysis.Analyzer) (*facts.Set, error) {
	files := make(map[string][]byte)
	if len(withFacts(enabled)) > 0 {
		for path, name := range cfg.PackageVetx {
			data, err := os.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("reading the facts of package %s: %w", path, err)
			}
			files[path] = data
		}
	}
	return facts.NewSet(facts.NewSchema(all), pkg.types, files)
}

// An execution is the analysis of one package.
type execution struct {
	cfg     *config
	pkg     *loadedPackage
	facts   *facts.Set
	actions map[*analysis.Analyzer]*action
	order   []*action // each after those that it requires
}

// An action is the run of one analyzer.
type action struct {
	analyzer    *analysis.Analyzer
	done        chan struct{} // closed at its end
	result      any
	readers     atomic.Int32 // actions that have not read the result yet
	diagnostics []analysis.Diagnostic
	took        time.Duration
	err         error
}

func (x *execution) add(a *analysis.Analyzer) {
	if x.actions[a] != nil {
		return
	}
	x.actions[a] = &action{analyzer: a, done: make(chan struct{})}
	for _, req := range a.Requires {
		x.add(req)
		x.actions[req].readers.Add(1)
	}
	x.order = append(x.order, x.actions[a])
}

// err returns what went wrong with the analyzers themselves, not with those that
// could not run because others failed.
func (x *execution) err() error {
	var errs []error
	for _, act := range x.order {
		if act.err != nil && !errors.Is(act.err, errRequired) {
			errs = append(errs, fmt.Errorf("analyzer %s failed on package %s: %w", act.analyzer.Name, x.cfg.ImportPath, act.err))
		}
	}
	return errors.Join(errs...)
}

// errRequired is the error of an action of which a required one failed.
var errRequired = errors.New("a required analyzer failed")

// perform runs the action's analyzer once those that it requires are done.
func (x *execution) perform(act *action) {
	defer close(act.done)
	inputs := make(map[*analysis.Analyzer]any)
	for _, req := range act.analyzer.Requires {
		dep := x.actions[req]
		<-dep.done
		if dep.err != nil {
			act.err = errRequired
			return
		}
		inputs[req] = dep.result
	}
	began := time.Now()
	act.run(x.pass(act, inputs))
	act.took = time.Since(began)
	for _, req := range act.analyzer.Requires {
		// What nobody reads any more is garbage: the inspector of a large
		// package takes a hundred megabytes.
		if dep := x.actions[req]; dep.readers.Add(-1) == 0 {
			dep.result = nil
		}
	}
}

// run runs the analyzer and checks its result; a panic is an error.
func (act *action) run(pass *analysis.Pass) {
	defer func() {
		if v := recover(); v != nil {
			act.err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	act.result, act.err = act.analyzer.Run(pass)
	if act.err == nil && act.analyzer.ResultType != nil {
		if got := reflect.TypeOf(act.result); got != act.analyzer.ResultType {
			act.err = fmt.Errorf("its result is %v, declared as %v", got, act.analyzer.ResultType)
		}
	}
}

func (x *execution) pass(act *action, inputs map[*analysis.Analyzer]any) *analysis.Pass {
	factTypes := make(map[reflect.Type]bool)
	for _, f := range act.analyzer.FactTypes {
		factTypes[reflect.TypeOf(f)] = true
	}
	var mu sync.Mutex // analyzers may report from several goroutines
	return &analysis.Pass{
		Analyzer:     act.analyzer,
		Fset:         x.pkg.fset,
		Files:        x.pkg.syntax,
		OtherFiles:   x.cfg.NonGoFiles,
		IgnoredFiles: x.cfg.IgnoredFiles,
		Pkg:          x.pkg.types,
		TypesInfo:    x.pkg.info,
		TypesSizes:   x.pkg.sizes,
		ResultOf:     inputs,
		Report: func(d analysis.Diagnostic) {
			mu.Lock()
			defer mu.Unlock()
			act.diagnostics = append(act.diagnostics, d)
		},
		ImportObjectFact:  x.facts.ImportObjectFact,
		ExportObjectFact:  x.facts.ExportObjectFact,
		AllObjectFacts:    func() []analysis.ObjectFact { return x.facts.AllObjectFacts(factTypes) },
		ImportPackageFact: x.facts.ImportPackageFact,
		ExportPackageFact: x.facts.ExportPackageFact,
		AllPackageFacts:   func() []analysis.PackageFact { return x.facts.AllPackageFacts(factTypes) },
		Module:            x.cfg.module(),
		ReadFile:          x.readFile,
	}
}

// readFile implements the function of that name of [analysis.Pass]: of other
// files the go command's cache does not know.
func (x *execution) readFile(name string) ([]byte, error) {
	if slices.Contains(x.cfg.GoFiles, name) || slices.Contains(x.cfg.NonGoFiles, name) || slices.Contains(x.cfg.IgnoredFiles, name) {
		return os.ReadFile(name)
	}
	return nil, fmt.Errorf("%s is not a file of package %s: analyzers may read no other", name, x.cfg.ImportPath)
}
