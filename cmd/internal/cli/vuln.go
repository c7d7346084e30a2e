package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/vulndb"
	"github.com/gomend/gomend/internal/memo"
	"github.com/gomend/gomend/workspace"
)

// vulnFlags are the flags of "gomend vuln".
type vulnFlags struct {
	databases databaseFlags
	modules   []string
	views     []string
	platforms []string
	tags      []string
	tests     bool
	tools     bool
	profiles  []string
	vex       []string
	author    string
	goVersion string
	failOn    string
	base      string
	all       bool
	outputs   []string
}

// databaseFlags say which vulnerability databases to look in.
type databaseFlags struct {
	names  []string
	digest []string
	maxAge string
}

func (f *databaseFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.names, "db", []string{vulndb.Default}, "look in this vulnerability `database`: a URL, a directory or a file (repeatable)")
	c.Flags().StringArrayVar(&f.digest, "db-digest", nil, "refuse databases but those with this `digest`, as sha256:… (repeatable)")
	c.Flags().StringVar(&f.maxAge, "db-max-age", "", "refuse databases of which nothing changed for this `time`, as 14d or 36h")
}

func (a *app) vulnCommand() *cobra.Command {
	var f vulnFlags
	c := &cobra.Command{
		Use:   "vuln [packages]",
		Short: "report the known vulnerabilities that the code really calls",
		Long: `Vuln holds what the code is built from against a vulnerability database, module by
module: as each ships by itself (release), and as all are developed together (work), where
other versions can be in use.

An advisory is "called" if a function that it names can be reached from main and init
functions, or from what a library exports; "imported" if a package that it names is built
in; "required" if just the module is in the build list. An advisory that names no functions
is never more than imported, and one for other platforms alone is counted only. What is
called is found out by govulncheck's algorithm, and only for modules that import something
vulnerable.

The exit code is 1 if an advisory of the level --fail-on is found in what ships: in the view
release, or in the only view that was asked for, and not in tests alone. With --base, only
what is new since a revision counts: the same advisories are looked for in the code as it
was, so that what a change has brought is told from what was published since. What gomend.yaml
accepts does not count, but an acceptance that is not needed, over, or too long does. A module
that could not be looked at, or whose version nobody knows, makes it 4.`,
		Example: `  gomend vuln
  gomend vuln ./cmd/... --platform linux/amd64 --platform windows/amd64
  gomend vuln --db vulndb.zip --db-max-age 14d
  gomend vuln --go go1.25.3        # the release that the image is built with
  gomend vuln --base origin/main
  gomend vuln -o json=vuln.json -o text`,
		RunE: func(c *cobra.Command, args []string) error { return a.vuln(c.Context(), &f, args) },
	}
	flags := c.Flags()
	f.databases.add(c)
	flags.StringArrayVarP(&f.modules, "module", "m", nil, "look only at the `module` of this path or directory (repeatable)")
	flags.StringSliceVar(&f.views, "view", nil, "look only in this `view`, work or release")
	flags.StringArrayVar(&f.platforms, "platform", nil, "look at what is built for this `GOOS/GOARCH` (repeatable)")
	flags.StringSliceVar(&f.tags, "tags", nil, "set these build tags, a comma-separated `list`")
	flags.BoolVar(&f.tests, "test", false, "look at what only tests import and call, too")
	flags.BoolVar(&f.tools, "tools", false, "look at what the tools are built from that go.mod files name, too")
	flags.StringArrayVar(&f.profiles, "profile", nil, "tell which vulnerable functions this pprof `file` of a running program has seen (repeatable)")
	flags.StringArrayVar(&f.vex, "vex", nil, "heed what this OpenVEX `file` says is not affected (repeatable)")
	flags.StringVar(&f.author, "author", "gomend", "name this `author` of the statements in -o openvex")
	flags.StringVar(&f.goVersion, "go", "", "judge the standard library as of this Go `release`, not that of the go command")
	flags.StringVar(&f.failOn, "fail-on", "", "fail from this `level` on: called, the default, imported or required")
	flags.StringVar(&f.base, "base", "", "fail by what is new since this `revision` alone, and tell what the change has brought and what the database")
	flags.BoolVar(&f.all, "all", false, "show what is only required, and every vulnerable function that is called")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json, markdown, sarif, github or openvex")
	c.AddCommand(a.vulnFixCommand(), a.vulnBinaryCommand(), a.vulnDBCommand())
	return c
}

func (a *app) vuln(ctx context.Context, f *vulnFlags, args []string) error {
	outputs, err := a.parseOutputs(f.outputs, report.VulnFormats())
	if err != nil {
		return err
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	cfg := workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: f.tags, Log: a.log}
	policy, settings, err := a.vulnPolicy(ctx, cfg, f, o)
	if err != nil {
		return err
	}
	policy.Whole = len(args)+len(f.modules)+len(f.views)+len(f.platforms) == 0
	o.Patterns = args
	if o.Cache, err = memo.Dir(a.getenv); err != nil {
		a.log.Debug("nothing is remembered", "error", err)
	}
	if o.Databases, err = a.openDatabases(ctx, &f.databases); err != nil {
		return err
	}
	defer closeAll(o.Databases)
	a.sweep()
	sightings, err := a.readEvidence(f.profiles)
	if err != nil {
		return err
	}
	statements, err := a.readVEX(f.vex)
	if err != nil {
		return err
	}
	step := a.newStep()
	o.Step = step.show
	r, err := govuln.Scan(ctx, cfg, *o)
	var since *govuln.Comparison
	if err == nil && f.base != "" {
		if since, err = govuln.Since(ctx, cfg, f.base, *o, r); err == nil {
			policy.Counts = func(x *govuln.Finding) bool { return since.Origins[x] == govuln.ByChange }
		}
	}
	step.clear()
	if err != nil {
		return err
	}
	if err := statements.heed(ctx, r, policy); err != nil {
		return err
	}
	verdict := policy.Judge(r.Findings)
	toolchain, err := govuln.AdviseToolchain(ctx, r, slices.DeleteFunc(slices.Clone(r.Findings), func(f *govuln.Finding) bool { return f.Level < govuln.Imported }))
	if err != nil {
		return err
	}
	root := repositoryRoot(r.Code.Root)
	v := &report.Vulns{
		Result: r, Databases: o.Databases, All: f.all, Path: func(file string) string { return slashPath(a.Dir, file) },
		InRepository: func(file string) string { return slashPath(root, file) }, Gomend: thisBuild().Version, Toolchain: toolchain, Since: since,
		Accepted: func(x *govuln.Finding) *config.Acceptance { return settings[verdict.Accepted[x]] },
		Cleared:  statements.text, Seen: sightings.of,
	}
	for _, w := range verdict.Wrong {
		s := settings[w.Acceptance]
		v.Wrong = append(v.Wrong, fmt.Sprintf("%s: the acceptance of %s: %s", s.Pos, s.Advisory, w.Why))
	}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		if out.Format == report.OpenVEX {
			return a.writeVEX(ctx, w, f.author, v)
		}
		shown := *v
		shown.Color = out.File == "" && a.colors(a.terminal(a.Out))
		return report.WriteVulns(w, out.Format, &shown)
	})
	if err == nil && !a.quiet {
		err = report.WriteVulnSummary(a.Err, v)
	}
	switch {
	case err != nil:
		return err
	case len(r.Failures) > 0 || len(r.Unknown) > 0:
		return outcome(exitIncomplete)
	case len(verdict.Failing) > 0 || len(verdict.Wrong) > 0:
		return outcome(exitFindings)
	}
	return nil
}

// options returns what the flags ask for.
func (f *vulnFlags) options() (*govuln.Options, error) {
	o := &govuln.Options{Tests: f.tests, Tools: f.tools, GoVersion: f.goVersion}
	if f.goVersion != "" && osv.OfGo(f.goVersion) == "" {
		return nil, fmt.Errorf("--go %q is no Go release: write it as go1.25.3", f.goVersion)
	}
	for _, name := range f.views {
		view, err := workspace.ParseView(name)
		if err != nil {
			return nil, fmt.Errorf("--view: %w", err)
		}
		if !slices.Contains(o.Views, view) {
			o.Views = append(o.Views, view)
		}
	}
	for _, name := range f.platforms {
		p, err := govuln.ParsePlatform(name)
		if err != nil {
			return nil, fmt.Errorf("--platform: %w", err)
		}
		o.Platforms = append(o.Platforms, p)
	}
	return o, nil
}

// vulnPolicy returns what the configuration and the flags say of what fails, with where each
// acceptance stands, and has a scan look at the named modules alone.
func (a *app) vulnPolicy(ctx context.Context, cfg workspace.Config, f *vulnFlags, o *govuln.Options) (*govuln.Policy, map[*govuln.Acceptance]*config.Acceptance, error) {
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	defer code.Close()
	if len(f.modules) > 0 {
		chosen, err := (&selection{modules: f.modules}).namedModules(code)
		if err != nil {
			return nil, nil, err
		}
		o.Modules = func(m *workspace.Module) bool {
			return slices.ContainsFunc(chosen, func(c *workspace.Module) bool { return c.Dir == m.Dir })
		}
	}
	settings, err := a.loadConfig(ctx, code, new(selection))
	if err != nil {
		return nil, nil, err
	}
	p := &govuln.Policy{Now: time.Now()}
	if err := p.FailOn.UnmarshalText([]byte(cmp.Or(f.failOn, settings.Vuln.FailOn, govuln.Called.String()))); err != nil {
		return nil, nil, fmt.Errorf("--fail-on: %w", err)
	}
	if len(o.Views) == 1 {
		p.Ships = o.Views
	}
	f.vex = append(f.vex, settings.Vuln.VEX...)
	where := make(map[*govuln.Acceptance]*config.Acceptance)
	for i := range settings.Vuln.Accept {
		s := &settings.Vuln.Accept[i]
		if !s.Selects() {
			return nil, nil, fmt.Errorf("%s: an acceptance of any advisory has to say which, by levels, precision, kinds, fixable or max-age", s.Pos)
		}
		accepted := toAcceptance(s)
		accepted.Module = func(m *workspace.Module) bool { return s.Covers(m.Path, slashPath(settings.Dir, m.Dir)) }
		p.Accepted = append(p.Accepted, accepted)
		where[accepted] = s
	}
	return p, where, nil
}

// toAcceptance returns what the configuration accepts, in whatever module.
func toAcceptance(s *config.Acceptance) *govuln.Acceptance {
	a := &govuln.Acceptance{Advisory: s.Advisory, Until: s.Ends(), Unfixed: s.Unfixed, MaxAge: s.Age()}
	if a.Advisory == config.Any {
		a.Advisory = ""
	}
	for _, name := range s.Levels {
		var level govuln.Level
		if level.UnmarshalText([]byte(name)) == nil { // the decoder knows all of them
			a.Levels = append(a.Levels, level)
		}
	}
	for _, name := range s.Precision {
		a.Precisions = append(a.Precisions, govuln.Precision(name))
	}
	for _, name := range s.Kinds {
		a.Kinds = append(a.Kinds, govuln.Kind(name))
	}
	if s.Fixable != "" {
		fixable := s.Fixable == "yes"
		a.Fixable = &fixable
	}
	return a
}

// openDatabases opens the databases that the flags name.
func (a *app) openDatabases(ctx context.Context, f *databaseFlags) (_ []*vulndb.Database, err error) {
	var limit time.Duration
	if f.maxAge != "" {
		if limit, err = config.ParseAge(f.maxAge); err != nil {
			return nil, fmt.Errorf("--db-max-age: %w", err)
		}
	}
	var all []*vulndb.Database
	defer func() {
		if err != nil {
			closeAll(all)
		}
	}()
	for _, name := range f.names {
		if !strings.Contains(name, "://") && !filepath.IsAbs(name) {
			name = filepath.Join(a.Dir, name)
		}
		d, err := vulndb.Open(ctx, name, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
		if !f.pinned(d) {
			return nil, fmt.Errorf("vulnerability database %s: its digest is sha256:%s, which --db-digest does not name", d.Name, d.Digest)
		}
		if age := time.Since(d.Modified); limit > 0 && age > limit {
			return nil, fmt.Errorf("vulnerability database %s: nothing in it has changed since %s, for %d days: fetch a newer one, or allow for more by --db-max-age",
				d.Name, d.Modified.UTC().Format("2006-01-02"), int(age.Hours()/24))
		}
	}
	return all, nil
}

// pinned reports whether a database has one of the digests that were named, if any were.
func (f *databaseFlags) pinned(d *vulndb.Database) bool {
	return len(f.digest) == 0 || slices.ContainsFunc(f.digest, func(digest string) bool {
		return strings.EqualFold(strings.TrimPrefix(digest, "sha256:"), d.Digest)
	})
}

func closeAll(databases []*vulndb.Database) error {
	var errs []error
	for _, d := range databases {
		errs = append(errs, d.Close())
	}
	return errors.Join(errs...)
}
