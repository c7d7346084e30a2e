package affected

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// RecordOptions tell whose tests are run to see what they consult, and how.
type RecordOptions struct {
	// View is how the modules are resolved; [workspace.Work] if empty.
	View workspace.View

	// Patterns name the packages, as for [workspace.Workspace.Load].
	Patterns []string

	// TestFlags are more arguments for "go test".
	TestFlags []string

	// Observer is a command that calls [Observe] with what it is given in addition:
	// the scope, the test binary, and the arguments of that.
	Observer []string

	// Ended, if not nil, is called with each package when its tests have ended.
	Ended func(*TestRun)
}

// A TestRun is how the tests of a package ended.
type TestRun struct {
	ImportPath string

	// Output is what "go test" says of it.
	Output string

	// Failed tells that tests failed, or could not be run.
	Failed bool

	// Unknown tells why it is not known, or not all, what the tests consult; it is ""
	// if that is known.
	Unknown string

	// Consulted is what they were seen to consult; nil if nothing is known.
	Consulted *Consulted
}

// A Recording is a run of tests that were watched.
type Recording struct {
	// Runs are the packages with tests, in the order in which these ended.
	Runs []*TestRun

	// Failures are the modules that can't be loaded.
	Failures []workspace.Failure
}

// Update runs the tests of packages of a code base, as "go test" does, and puts into the
// record what they consult. What was known of these packages before is replaced, but it is
// kept, and added to, where tests fail. Packages that are gone are removed; the others
// stay. The record's Packages may be nil.
//
// That tests fail, or can't be built, is no error, but told by the recording.
func (r *Record) Update(ctx context.Context, code Side, o RecordOptions) (*Recording, error) {
	if o.View == "" {
		o.View = workspace.Work
	}
	if err := checkTestFlags(o.TestFlags); err != nil {
		return nil, err
	}
	if r.Packages == nil {
		r.Packages = newRecord().Packages
	}
	s := newSnapshot(code)
	var err error
	if s.tree, err = walk(s.root); err != nil {
		return nil, err
	}
	if err := s.load(ctx, o.View); err != nil {
		return nil, err
	}
	sel, err := code.Code.Load(ctx, o.View, o.Patterns...)
	if err != nil {
		return nil, err
	}
	rec := &recorder{snapshot: s, record: r, options: o, digests: newDigester(s), result: &Recording{Failures: sel.Failures}}
	for _, u := range sel.Units {
		if err := rec.test(ctx, u); err != nil {
			return nil, err
		}
	}
	if len(s.selection.Failures) == 0 {
		for importPath := range r.Packages {
			if p := rec.digests.byPath[importPath]; p == nil || !tested(p) {
				delete(r.Packages, importPath)
			}
		}
	}
	return rec.result, nil
}

// withoutRecording are flags of "go test" that do not go with recording, and why.
var withoutRecording = map[string]string{
	"run": "what all tests consult is recorded", "skip": "what all tests consult is recorded",
	"list": "tests have to be run", "c": "tests have to be run", "n": "tests have to be run",
	"failfast": "all tests have to be run", "fuzz": "what tests consult is recorded", "exec": "tests are run by a program of gomend's",
	"testlogfile": "the log is written for the go command",
}

// checkTestFlags returns an error for a flag with which tests can't be watched, or only
// some of them.
func checkTestFlags(flags []string) error {
	for _, flag := range flags {
		name, ok := strings.CutPrefix(flag, "-")
		if !ok {
			continue
		}
		name, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimPrefix(name, "-"), "test."), "=")
		if why := withoutRecording[name]; why != "" {
			return fmt.Errorf("leave out %s: %s", flag, why)
		}
		if name == "args" {
			break
		}
	}
	return nil
}

// A recorder runs tests and records.
type recorder struct {
	*snapshot
	record  *Record
	options RecordOptions
	digests *digester
	result  *Recording
	caches  []*localizer // directories of the go command's
}

// test runs the tests of a unit.
func (r *recorder) test(ctx context.Context, u *workspace.Unit) error {
	r.unloadable(u)
	args := u.Args()
	if len(args) == 0 {
		return nil
	}
	g := r.goCommand(u)
	if err := r.prepare(ctx, g); err != nil {
		return err
	}
	observer, err := quoted(slices.Concat(r.options.Observer, []string{newScope(r.root)}))
	if err != nil {
		return err
	}
	run := newGoTest()
	var failure error
	flags := []string{"-json", "-exec=" + observer}
	for e, err := range gocmd.Decode[testEvent](ctx, g, "test", slices.Concat(flags, args, r.options.TestFlags)...) {
		if err != nil {
			failure = err
			break
		}
		if p := run.note(&e); p != nil {
			if err := r.ended(p); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if failure != nil && len(run.packages) == 0 {
		return failure // of the run, not of tests
	}
	for _, p := range u.Packages {
		if q := r.byDir[r.relative(p.Dir)]; q != nil && tested(q) && p.Loadable() && !run.done(p.ImportPath) {
			err := r.ended(&testedPackage{importPath: p.ImportPath, failed: true, why: "its tests were not run"})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// unloadable tells of the packages of a unit that are not tested because they can't be
// loaded.
func (r *recorder) unloadable(u *workspace.Unit) {
	for _, p := range u.Packages {
		if !p.Loadable() && len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 {
			r.tell(&TestRun{ImportPath: p.ImportPath, Failed: true, Unknown: "it can't be loaded: " + p.Errors[0].Error()})
		}
	}
}

// prepare finds out what the go command keeps where, and whether tests can be run at all.
func (r *recorder) prepare(ctx context.Context, g gocmd.Go) error {
	env, err := g.Getenv(ctx, "GOOS", "GOARCH", "GOHOSTOS", "GOHOSTARCH", "GOROOT", "GOMODCACHE", "GOCACHE")
	if err != nil {
		return err
	}
	if at, host := env["GOOS"]+"/"+env["GOARCH"], env["GOHOSTOS"]+"/"+env["GOHOSTARCH"]; at != host {
		return fmt.Errorf("tests for %s can't be watched on %s: unset GOOS and GOARCH", at, host)
	}
	r.caches = nil
	for _, name := range []string{"GOROOT", "GOMODCACHE", "GOCACHE"} {
		if l, err := newLocalizer(env[name]); err == nil {
			r.caches = append(r.caches, l) // what is not there yet is not consulted
		}
	}
	return nil
}

// ended records what the tests of a package consulted.
func (r *recorder) ended(p *testedPackage) error {
	run := &TestRun{ImportPath: p.importPath, Output: p.text(), Failed: p.failed, Unknown: p.unknown()}
	q := r.digests.byPath[p.importPath]
	if q == nil || !tested(q) {
		run.Unknown = "" // there are none
	} else if p.seen.end != "" {
		sources, err := r.digests.tests(q)
		if err != nil {
			return err
		}
		run.Consulted = &Consulted{Sources: sources, Partial: p.failed, Files: r.files(q, p.seen.files), Env: union(p.seen.env, nil)}
		if p.failed {
			run.Consulted.merge(r.record.Packages[p.importPath])
		}
		r.record.Packages[p.importPath] = run.Consulted
	}
	r.tell(run)
	return nil
}

func (r *recorder) tell(run *TestRun) {
	if run.Unknown != "" || run.Consulted != nil {
		r.result.Runs = append(r.result.Runs, run)
	}
	if r.options.Ended != nil {
		r.options.Ended(run)
	}
}

// files returns the files that are worth recording: not those of the go command's, nor
// those in a testdata directory, which reach the package's tests anyway. Go files of the
// package stay, since a test that reads them reads their comments, too.
func (r *recorder) files(p *pkg, names []string) []string {
	kept := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		if slices.Contains(r.testers(path.Join(name, "file")), p) {
			return true
		}
		return slices.ContainsFunc(r.caches, func(cache *localizer) bool {
			_, ok := cache.relative(r.file(name))
			return ok
		})
	})
	return union(kept, nil)
}

// quoted joins arguments to a command as the go command splits it (cmd/internal/quoted).
func quoted(args []string) (string, error) {
	if len(args) < 2 {
		return "", errors.New("there is no command to watch tests with")
	}
	var words []string
	for _, arg := range args {
		switch {
		case !strings.ContainsAny(arg, " \t\r\n'\""):
			words = append(words, arg)
		case !strings.Contains(arg, "'"):
			words = append(words, "'"+arg+"'")
		case !strings.Contains(arg, `"`):
			words = append(words, `"`+arg+`"`)
		default:
			return "", fmt.Errorf("the go command can't be given the name %s, with quotes of both kinds: move %s elsewhere", arg, filepath.Base(arg))
		}
	}
	return strings.Join(words, " "), nil
}
