package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
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
	selection *workspace.Selection
	driver    gocmd.Go // in no directory yet
	byID      map[string][]candidate
	byPath    map[string]*workspace.Package
	sources   map[string]*source // for plugins, by absolute name
	total     int                // packages to do
	done      map[string]bool    // packages done, by record ID

	findings     []finding.Finding
	suppressions []finding.Suppression
	failures     []Failure
	packages     map[string]*Package // by directory
	generated    map[string]bool     // by absolute file name
	cost         map[string]time.Duration
}

// A candidate is what a record's ID may mean: a package with its internal tests,
// or the external tests of one.
type candidate struct {
	pkg   *workspace.Package
	files []string
}

func newRun(ctx context.Context, req *Request, cfg workspace.Config, overlay *overlay, w *workspace.Workspace, selection *workspace.Selection) (*run, error) {
	r := &run{
		req:       req,
		rules:     make(map[string]*rule.Rule),
		overlay:   overlay,
		workspace: w,
		selection: selection,
		byID:      make(map[string][]candidate),
		byPath:    make(map[string]*workspace.Package),
		sources:   make(map[string]*source),
		done:      make(map[string]bool),
		packages:  make(map[string]*Package),
		generated: make(map[string]bool),
		cost:      make(map[string]time.Duration),
	}
	for _, rl := range req.Rules {
		r.rules[rl.Name()] = rl
	}
	for _, f := range selection.Failures {
		r.failures = append(r.failures, r.moduleFailure(f))
	}
	for _, p := range selection.Packages {
		r.byPath[p.ImportPath] = p
		for id, files := range recordFiles(p) {
			r.byID[id] = append(r.byID[id], candidate{p, files})
			if p.Loadable() {
				r.total++
			}
		}
		if errs := slices.Concat(p.Errors, p.TestErrors); len(errs) > 0 {
			r.failures = append(r.failures, r.loadFailure(p, errs))
		}
	}
	var err error
	r.driver, err = newDriver(ctx, cfg)
	return r, err
}

// newDriver returns the go command to run, of a release that gomend can drive. It
// is chosen where no go.mod or go.work file has a say; those of a unit may still
// ask for a newer one.
func newDriver(ctx context.Context, cfg workspace.Config) (gocmd.Go, error) {
	g := gocmd.Go{
		Base:    cfg.Env,
		Tags:    cfg.Tags,
		OS:      cfg.OS,
		Arch:    cfg.Arch,
		Overlay: cfg.Overlay,
		Log:     cfg.Log,
		Stderr:  cfg.Stderr,
	}
	neutral := g
	neutral.Dir = os.TempDir()
	neutral.Env = []string{"GOWORK=off"}
	chosen, err := neutral.Select(ctx)
	if err != nil {
		return g, err
	}
	g.Env = chosen.Env[1:]
	return g, nil
}

// recordFiles returns the records that the package gives, by ID, with the Go
// files of each.
func recordFiles(p *workspace.Package) map[string][]string {
	records := make(map[string][]string)
	if files := slices.Concat(p.GoFiles, p.CgoFiles, p.TestGoFiles); len(files) > 0 {
		records[p.ImportPath] = files
	}
	if len(p.XTestGoFiles) > 0 {
		records[p.ImportPath+"_test"] = p.XTestGoFiles
	}
	return records
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

// vet runs a tool on a unit and notes what it finds and what it misses.
func (r *run) vet(ctx context.Context, u *workspace.Unit, t tool) error {
	args := u.Args()
	if len(args) == 0 {
		return nil
	}
	seen, err := r.goVet(ctx, u, t, args)
	if ctx.Err() != nil {
		return err
	}
	if err != nil && len(seen) == 0 {
		// The go command refuses all packages if the imports of one
		// test can't be resolved, which is not known before.
		if err := r.withoutBrokenTests(ctx); err != nil {
			return err
		}
		if again := u.Args(); len(again) > 0 && !slices.Equal(again, args) {
			seen, err = r.goVet(ctx, u, t, again)
		}
	}
	if ctx.Err() != nil {
		return err
	}
	r.checkComplete(u, t, seen, err)
	return nil
}

// withoutBrokenTests finds the packages whose tests can't be loaded.
func (r *run) withoutBrokenTests(ctx context.Context) error {
	if err := r.selection.CheckTests(ctx); err != nil {
		return err
	}
	for _, p := range r.selection.Packages {
		if len(p.Errors) == 0 && len(p.TestErrors) > 0 && !r.hasFailed(p.ImportPath) {
			r.failures = append(r.failures, r.loadFailure(p, p.TestErrors))
		}
	}
	return nil
}

// goVet runs the go command and takes in the records as they come. It returns the
// IDs of those that came, with an error of the go command or of the output.
func (r *run) goVet(ctx context.Context, u *workspace.Unit, t tool, args []string) (seen map[string]bool, err error) {
	g := r.driver
	g.Dir = u.Dir
	g.Env = slices.Concat(g.Env, u.Env, r.overlay.env())
	line := []string{"-vettool=" + t.path, "-json"}
	if r.req.Portable && t.plugin == "" { // plugins name files absolutely
		line = append(line, "-trimpath")
	}
	line = slices.Concat(line, t.flags, args)

	out, in := io.Pipe()
	seen = make(map[string]bool)
	decoded := make(chan error, 1)
	go func() {
		err := r.takeAll(out, t, seen)
		io.Copy(io.Discard, out) // lest the go command block
		decoded <- err
	}()
	_, err = g.Run(ctx, in, "vet", line...)
	in.Close()
	if derr := <-decoded; err == nil {
		err = derr
	}
	return seen, err
}

// takeAll takes in the records that a tool printed.
func (r *run) takeAll(out io.Reader, t tool, seen map[string]bool) error {
	dec := record.NewDecoder(out)
	for {
		unit, err := dec.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		pkg := r.packageOf(unit)
		if pkg == nil {
			r.req.Config.Log.Debug("a package that was not asked for", "id", unit.ID)
			continue
		}
		seen[unit.ID] = true
		if t.plugin == "" {
			err = r.take(pkg, unit)
		} else {
			err = r.takePlugin(pkg, t.plugin, unit)
		}
		if err != nil {
			return err
		}
	}
}

// packageOf returns the package that the record is of. A package whose directory
// ends in _test has the same ID as external tests of another.
func (r *run) packageOf(unit record.Unit) *workspace.Package {
	candidates := r.byID[unit.ID]
	if len(candidates) == 0 {
		return nil
	}
	if unit.Package != nil && len(unit.Package.Files) > 0 {
		for _, c := range candidates {
			if slices.Contains(c.files, unit.Package.Files[0].Name) {
				return c.pkg
			}
		}
	}
	return candidates[0].pkg
}

// take takes in a record of our own tool.
func (r *run) take(pkg *workspace.Package, unit record.Unit) error {
	if !unit.Complete() {
		return fmt.Errorf("%s does not write records: it is not gomend's vet tool", r.req.Tool)
	}
	if !r.done[unit.ID] {
		r.done[unit.ID] = true
		if r.req.Progress != nil {
			r.req.Progress(len(r.done), r.total)
		}
	}
	p := r.packages[pkg.Dir]
	if p == nil {
		p = &Package{
			ImportPath: pkg.ImportPath,
			Module:     pkg.Module.Path,
			Dir:        relative(r.workspace.Root, pkg.Dir),
		}
		r.packages[pkg.Dir] = p
	}
	p.Files += len(unit.Package.Files)
	for _, f := range unit.Package.Files {
		if f.Generated {
			r.generated[filepath.Join(pkg.Dir, f.Name)] = true
		}
	}
	for _, d := range unit.Package.Directives {
		r.suppressions = append(r.suppressions, r.suppression(pkg, unit.ID, d))
	}
	for name, took := range unit.Package.Cost {
		r.cost[name] += took
	}
	for name, diags := range unit.Diagnostics {
		rl := r.rules[name]
		if rl == nil {
			continue // of a tool with more rules than the request
		}
		for _, d := range diags {
			r.findings = append(r.findings, r.finding(pkg, unit.ID, rl, d))
		}
	}
	return nil
}

// finding returns a diagnostic of our own tool as a finding.
func (r *run) finding(pkg *workspace.Package, id string, rl *rule.Rule, d record.Diagnostic) finding.Finding {
	kind, ok := rl.Kind(d.Category)
	if !ok {
		kind = unlistedKind(d.Category)
	}
	f := finding.Finding{
		Rule:       rl.Name(),
		Kind:       d.Category,
		Severity:   kind.Severity,
		Confidence: kind.Confidence,
		Message:    d.Message,
		Span:       r.span(pkg, *d.Span),
		Package:    id,
		Module:     pkg.Module.Path,
		Symbol:     d.Symbol,
		LineText:   d.LineText,
		When:       kind.When,
		Generated:  d.Generated,
		URL:        rl.Analyzer.URL,
	}
	for _, rel := range d.Related {
		f.Related = append(f.Related, finding.Related{Span: r.span(pkg, *rel.Span), Message: rel.Message})
	}
	for _, fix := range d.SuggestedFixes {
		f.Fixes = append(f.Fixes, r.fix(pkg, kind.Fix, fix))
	}
	return f
}

// unlistedKind stands for a kind that is not in its rule's table, as those of
// plugins: shown, for want of a reason not to.
func unlistedKind(name string) rule.Kind {
	return rule.Kind{Name: name, Confidence: rule.High, Severity: rule.Warning, Fix: rule.Unsafe}
}

func (r *run) fix(pkg *workspace.Package, safety rule.Safety, fix record.SuggestedFix) finding.Fix {
	out := finding.Fix{Message: fix.Message, Safety: safety}
	for _, e := range fix.Edits {
		out.Edits = append(out.Edits, finding.Edit{File: r.file(pkg, e.Filename), Start: e.Start, End: e.End, New: e.New})
	}
	return out
}

func (r *run) suppression(pkg *workspace.Package, id string, d record.Directive) finding.Suppression {
	return finding.Suppression{
		Directive: d.Directive,
		Span: finding.Span{
			File:      r.file(pkg, d.File),
			Start:     d.Start,
			End:       d.End,
			Line:      d.Line,
			Column:    d.Column,
			EndLine:   d.Line,
			EndColumn: d.Column + d.End - d.Start,
		},
		FirstLine: d.FirstLine,
		LastLine:  d.LastLine,
		Package:   id,
		Module:    pkg.Module.Path,
	}
}

func (r *run) span(pkg *workspace.Package, s record.Span) finding.Span {
	return finding.Span{
		File:      r.file(pkg, s.File),
		Start:     s.Start,
		End:       s.End,
		Line:      s.Line,
		Column:    s.Column,
		EndLine:   s.EndLine,
		EndColumn: s.EndColumn,
	}
}

// file returns the name of a file in a record of the package relative to the
// root. Where the compiler was told to trim paths, a file of another package
// begins with that package's import path.
func (r *run) file(pkg *workspace.Package, name string) string {
	if filepath.IsAbs(name) {
		if original, ok := r.overlay.name[name]; ok {
			name = original
		}
		return relative(r.workspace.Root, name)
	}
	dir := path.Dir(name)
	if dir == "." {
		return relative(r.workspace.Root, filepath.Join(pkg.Dir, name))
	}
	if other := r.byPath[dir]; other != nil {
		return relative(r.workspace.Root, filepath.Join(other.Dir, path.Base(name)))
	}
	return name
}
