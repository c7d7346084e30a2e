package engine

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

func (r *run) moduleFailure(f workspace.Failure) Failure {
	out := Failure{Module: f.Module.Path, Message: f.Err.Error()}
	if out.Module == "" {
		out.Module = f.Module.Rel
	}
	if f.Pos.Filename != "" {
		out.File, out.Line, out.Column = Relative(r.workspace.Root, f.Pos.Filename), f.Pos.Line, f.Pos.Column
		out.Message = strings.TrimPrefix(out.Message, f.Pos.String()+": ")
	}
	out.Message = oneLine(out.Message)
	return out
}

// oneLine joins the lines of a message of the go command.
func oneLine(message string) string { return strings.Join(strings.Fields(message), " ") }

// loadFailure returns the failure of a package that the go command can't load.
func (r *run) loadFailure(p *workspace.Package, errs []workspace.PackageError) Failure {
	e := errs[0]
	f := Failure{Module: p.Module.Path, Package: p.ImportPath, Message: oneLine(e.Message), More: len(errs) - 1}
	if e.Pos.IsValid() {
		f.File, f.Line, f.Column = Relative(r.workspace.Root, e.Pos.Filename), e.Pos.Line, e.Pos.Column
	}
	if n := len(e.Stack); n > 0 && e.Stack[n-1] != p.ImportPath {
		f.Dependency = e.Stack[n-1]
	}
	return f
}

// noteLoadFailures notes what can't be loaded.
func (r *run) noteLoadFailures(l *listing) {
	for _, f := range l.Failures {
		r.failures = append(r.failures, r.moduleFailure(f))
	}
	for _, p := range l.Packages {
		if len(p.Errors) > 0 {
			r.failures = append(r.failures, r.loadFailure(p, p.Errors))
		}
	}
}

// noteMissing notes a failure for each record of the unit's packages that a tool
// owes. err is how the go command failed, or nil. If it did so altogether, there
// is one failure for each module.
func (r *run) noteMissing(l *listing, u *workspace.Unit, t tool, seen map[string]bool, err error) {
	var failed *gocmd.Error
	if err != nil && len(seen) == 0 && (!errors.As(err, &failed) || !aboutPackages(failed)) {
		for _, m := range u.Modules {
			f := r.moduleFailure(workspace.Failure{Module: m, Err: err})
			f.Plugin = t.plugin
			r.failures = append(r.failures, f)
		}
		return
	}
	var why reasons
	for _, p := range u.Packages {
		if !p.Loadable() {
			continue
		}
		for _, id := range recordIDs(p) {
			if seen[id] {
				continue
			}
			if why.byPackage == nil {
				why = newReasons(l, r.workspace.Root, err)
			}
			f := why.of(p, id)
			f.Module, f.Package, f.Plugin = p.Module.Path, id, t.plugin
			r.failures = append(r.failures, f)
		}
	}
}

// aboutPackages reports whether the go command complained about packages, not
// about what it was asked to do.
func aboutPackages(failed *gocmd.Error) bool {
	return slices.ContainsFunc(failed.Problems, func(p gocmd.Problem) bool { return p.Package != "" })
}

// reasons explain why packages were not analysed, by what the go command said.
type reasons struct {
	listing   *listing
	root      string
	byPackage map[string][]gocmd.Problem
	general   []gocmd.Problem // about no package
	elsewhere []gocmd.Problem // about packages of other modules
}

func newReasons(l *listing, root string, err error) reasons {
	why := reasons{listing: l, root: root, byPackage: make(map[string][]gocmd.Problem)}
	var failed *gocmd.Error
	if !errors.As(err, &failed) {
		if err != nil {
			why.general = []gocmd.Problem{{Message: err.Error()}}
		}
		return why
	}
	for _, p := range failed.Problems {
		p.Package = strings.Trim(p.Package, "[]") // as packages with tests are headed
		switch {
		case p.Package == "":
			why.general = append(why.general, p)
			continue
		case !l.ids[p.Package]:
			why.elsewhere = append(why.elsewhere, p)
		}
		why.byPackage[p.Package] = append(why.byPackage[p.Package], p)
	}
	return why
}

// of returns why the package's record of the given ID is missing: its own errors,
// those of the nearest dependency that has any, those of a dependency outside of
// the code base, or what is wrong with all packages.
func (why reasons) of(p *workspace.Package, id string) Failure {
	if problems := why.byPackage[id]; len(problems) > 0 {
		return why.failure(problems)
	}
	for _, problem := range why.general {
		if problem.Pos.IsValid() && filepath.Dir(problem.Pos.Filename) == p.Dir {
			return why.failure([]gocmd.Problem{problem})
		}
	}
	imports := slices.Concat(p.Imports, p.TestImports)
	if id != p.ImportPath {
		imports = append([]string{p.ImportPath}, p.XTestImports...)
	}
	if dep := why.nearestBroken(imports); dep != "" {
		f := why.failure(why.byPackage[dep])
		f.Dependency = dep
		return f
	}
	for _, problems := range [][]gocmd.Problem{why.elsewhere, why.general} {
		if len(problems) > 0 {
			f := why.failure(problems[:1])
			f.Dependency = problems[0].Package
			return f
		}
	}
	return Failure{Message: "the go command left it out and did not say why: run \"go vet " + p.ImportPath + "\""}
}

// nearestBroken returns the import path of a package with errors among the
// imports and what they import, the nearest first; or "".
func (why reasons) nearestBroken(imports []string) string {
	seen := make(map[string]bool)
	queue := slices.Clone(imports)
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		if len(why.byPackage[path]) > 0 {
			return path
		}
		if p := why.listing.byPath[path]; p != nil {
			queue = append(queue, p.Imports...)
		}
	}
	return ""
}

// failure returns the failure that the problems of one package make: the first of
// them, and how many more have a place. Those without are parts of it, such as
// the stack of a panic.
func (why reasons) failure(problems []gocmd.Problem) Failure {
	first := problems[0]
	f := Failure{Message: oneLine(strings.TrimPrefix(first.Message, "gomend: "))}
	if first.Pos.IsValid() {
		f.File = Relative(why.root, first.Pos.Filename)
		f.Line, f.Column = first.Pos.Line, first.Pos.Column
	}
	for _, p := range problems[1:] {
		if p.Pos.IsValid() && first.Pos.IsValid() {
			f.More++
		}
	}
	return f
}
