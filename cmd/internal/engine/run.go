package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/record"
	"github.com/gomend/gomend/cmd/internal/vettool"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A run is the analysis of a code base on one platform, and what it has found.
type run struct {
	req       *Request
	rules     map[string]*rule.Rule
	overlay   *overlay
	workspace *workspace.Workspace
	goCommand gocmd.Go // in no directory yet

	total   int                 // packages to do
	refs    map[string][]pkgRef // by record ID
	sources map[string]*source  // that plugins found something in, by absolute name

	findings     []finding.Finding
	suppressions []finding.Suppression
	failures     []Failure
	packages     map[string]*Package // by directory
	generated    map[string]bool     // files, by absolute name
	included     map[string]bool     // Go files of this platform, relative to the root
	ignored      map[string]bool     // Go files of others
	debug        []string            // //go:debug lines
	unreleased   []workspace.Unreleased
	cost         map[string]time.Duration
}

func newRun(req *Request, cfg workspace.Config, overlay *overlay, w *workspace.Workspace) *run {
	r := &run{
		req:       req,
		rules:     make(map[string]*rule.Rule),
		overlay:   overlay,
		workspace: w,
		goCommand: gocmd.Go{
			Base:    cfg.Env,
			Tags:    cfg.Tags,
			OS:      cfg.OS,
			Arch:    cfg.Arch,
			Overlay: cfg.Overlay,
			Log:     cfg.Log,
			Stderr:  cfg.Stderr,
		},
		refs:      make(map[string][]pkgRef),
		sources:   make(map[string]*source),
		packages:  make(map[string]*Package),
		generated: make(map[string]bool),
		included:  make(map[string]bool),
		ignored:   make(map[string]bool),
		cost:      make(map[string]time.Duration),
	}
	for _, rl := range req.Rules {
		r.rules[rl.Name()] = rl
	}
	return r
}

// A unit is what one run of the go command looks at.
type unit struct {
	dir     string
	env     []string
	modules []*workspace.Module
	args    []string

	// alone tells that the results which the go command kept of other units
	// do not serve.
	alone bool
}

// asked returns a digest of what is asked for.
func (u unit) asked() string {
	h := sha256.New()
	if u.alone {
		for _, m := range u.modules {
			fmt.Fprintln(h, m.Path, m.Rel)
		}
	}
	for _, arg := range u.args {
		fmt.Fprintln(h, arg)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// A pkgRef says which package a record is of.
type pkgRef struct {
	path   string // import path; for external tests that of the package under test
	dir    string // absolute
	module string // path
}

// inModules returns the package of the import path, which the modules hold.
func inModules(modules []*workspace.Module, path string) (pkgRef, bool) {
	var owner *workspace.Module
	for _, m := range modules {
		if m.Path == "" || path != m.Path && !strings.HasPrefix(path, m.Path+"/") {
			continue
		}
		if owner == nil || len(m.Path) > len(owner.Path) {
			owner = m
		}
	}
	if owner == nil {
		return pkgRef{}, false
	}
	rel := strings.TrimPrefix(strings.TrimPrefix(path, owner.Path), "/")
	return pkgRef{path, filepath.Join(owner.Dir, filepath.FromSlash(rel)), owner.Path}, true
}

// refOf returns the package that a record of the unit is of. An ID that ends in
// _test is that of external tests, unless there is a package of that name.
func (r *run) refOf(u unit, rec record.Unit) (pkgRef, bool) {
	var file string
	if rec.Package != nil && len(rec.Package.Files) > 0 {
		file = rec.Package.Files[0].Name
	} else if known := r.refs[rec.ID]; known != nil {
		return known[0], true // of a plugin, after our own
	}
	ref, ok := inModules(u.modules, rec.ID)
	if path, isTest := strings.CutSuffix(rec.ID, "_test"); isTest {
		if _, err := r.overlay.stat(filepath.Join(ref.dir, file)); !ok || err != nil {
			ref, ok = inModules(u.modules, path)
		}
	}
	return ref, ok
}

// ownFlags returns the flags of our own tool. The go command caches by them, so
// they are the same for the same request.
func (req *Request) ownFlags() []string {
	flags := []string{"-" + vettool.RecordFlag}
	if req.Cost {
		flags = append(flags, "-"+vettool.CostFlag)
	}
	for _, rl := range req.Rules {
		// The analyzers can't know what ships; we can.
		if rl.Analyzer.Flags.Lookup("timers") != nil {
			flags = append(flags, "-"+rl.Name()+".timers=both")
		}
	}
	return append(flags, req.Flags...)
}

// goVet runs the go command and takes in the records as they come, but for those
// whose IDs were seen before. It adds the IDs of those that came, and returns an
// error of the go command or of the output.
func (r *run) goVet(ctx context.Context, u unit, t tool, seen map[string]bool) error {
	g := r.goCommand
	g.Dir = u.dir
	g.Env = slices.Concat(u.env, r.overlay.env())
	line := []string{"-vettool=" + t.path, "-json"}
	if t.plugin == "" {
		line = append(line, "-"+vettool.AskedFlag+"="+u.asked())
	}
	if r.req.Portable && t.plugin == "" { // plugins name files absolutely
		line = append(line, "-trimpath")
	}
	line = slices.Concat(line, t.flags, u.args)

	out, in := io.Pipe()
	decoded := make(chan error, 1)
	go func() {
		err := r.takeAll(out, u, t, seen)
		io.Copy(io.Discard, out) // lest the go command block
		decoded <- err
	}()
	_, err := g.Run(ctx, in, "vet", line...)
	in.Close()
	if derr := <-decoded; err == nil {
		err = derr
	}
	return err
}

// takeAll takes in the records that a tool printed.
func (r *run) takeAll(out io.Reader, u unit, t tool, seen map[string]bool) error {
	dec := record.NewDecoder(out)
	for {
		rec, err := dec.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if seen[rec.ID] {
			continue
		}
		ref, ok := r.refOf(u, rec)
		if !ok {
			r.req.Config.Log.Debug("a package that was not asked for", "id", rec.ID)
			continue
		}
		seen[rec.ID] = true
		if t.plugin == "" {
			err = r.take(ref, rec)
		} else {
			err = r.takePlugin(ref, t.plugin, rec)
		}
		if err != nil {
			return err
		}
	}
}

// take takes in a record of our own tool.
func (r *run) take(pkg pkgRef, rec record.Unit) error {
	if !rec.Complete() {
		return fmt.Errorf("%s does not write records: it is not gomend's vet tool", r.req.Tool)
	}
	r.refs[rec.ID] = append(r.refs[rec.ID], pkg)
	r.takePackage(pkg, rec)
	for name, diags := range rec.Diagnostics {
		rl := r.rules[name]
		if rl == nil {
			continue // of a tool with more rules than the request
		}
		for _, d := range diags {
			r.findings = append(r.findings, r.finding(pkg, rec.ID, rl, d))
		}
	}
	return nil
}

// takePackage takes in what a record says of the package itself.
func (r *run) takePackage(pkg pkgRef, rec record.Unit) {
	p := r.packages[pkg.dir]
	if p == nil {
		p = &Package{ImportPath: pkg.path, Module: pkg.module, Dir: Relative(r.workspace.Root, pkg.dir)}
		r.packages[pkg.dir] = p
		if r.req.Progress != nil {
			r.req.Progress(len(r.packages), max(r.total, len(r.packages)))
		}
	}
	about := rec.Package
	p.Files += len(about.Files)
	for _, f := range about.Files {
		name := filepath.Join(pkg.dir, f.Name)
		r.included[Relative(r.workspace.Root, name)] = true
		if f.Generated {
			r.generated[name] = true
		}
	}
	for _, name := range about.Ignored {
		r.ignored[Relative(r.workspace.Root, filepath.Join(pkg.dir, name))] = true
	}
	for _, d := range about.Directives {
		r.suppressions = append(r.suppressions, r.suppression(pkg, rec.ID, d))
	}
	r.debug = append(r.debug, about.Debug...)
	for name, took := range about.Cost {
		r.cost[name] += took
	}
}

// newEnough returns the variables by which the user's go command becomes one that
// gomend can drive. The release is chosen where no go.mod or go.work file has a
// say; those may still ask for a newer one.
func (r *run) newEnough(ctx context.Context) ([]string, error) {
	g := r.goCommand
	g.Dir = os.TempDir()
	g.Env = []string{"GOWORK=off"}
	chosen, err := g.Select(ctx)
	if err != nil {
		return nil, err
	}
	return chosen.Env[len(g.Env):], nil
}
