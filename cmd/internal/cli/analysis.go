package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/analyzers"
	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/cmd/internal/engine"
	"github.com/gomend/gomend/cmd/internal/evidence"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/profiles/lines"
	"github.com/gomend/gomend/workspace"
)

// An analysis is a code base that was looked at, and what the configuration
// makes of what was found.
type analysis struct {
	*engine.Result
	code *workspace.Workspace
	cfg  *config.Config

	// view and platforms are how it was looked at.
	view      workspace.View
	platforms []string

	finding.Outcome

	// suppressed are the findings that comments suppress.
	suppressed []finding.Suppressed

	// tolerated are the failures of packages that the configuration says
	// do not build.
	tolerated []engine.Failure
}

// complete reports whether all was looked at that was asked for.
func (x *analysis) complete() bool { return len(x.Failures) == 0 }

// A question is what a command wants to know of a code base.
type question struct {
	selection
	patterns []string

	// failOn is the severity that --fail-on gives.
	failOn string

	// cost asks for the time that each rule takes.
	cost bool

	// profiles are files and directories of what running programs recorded.
	profiles []string

	// look, if not nil, finds the answer in place of the analysis.
	look *look
}

// analyse looks at the code base that the user stands in.
func (a *app) analyse(ctx context.Context, q *question) (*analysis, error) {
	a.sweep()
	code, err := a.openWorkspace(ctx)
	if err != nil {
		return nil, err
	}
	defer code.Close()
	cfg, err := a.loadConfig(ctx, code, &q.selection)
	if err != nil {
		return nil, err
	}
	if q.failOn != "" {
		if err := cfg.Override("fail-on", "--fail-on", q.failOn); err != nil {
			return nil, err
		}
	}
	request, err := a.request(ctx, code, cfg, q)
	if err != nil {
		return nil, err
	}
	x := &analysis{code: code, cfg: cfg, view: cmp.Or(request.View, workspace.Work), platforms: cfg.Platforms}
	if len(x.platforms) == 0 || q.look != nil {
		if x.platforms, err = a.ownPlatform(ctx, code); err != nil {
			return nil, err
		}
	}
	return x, a.run(ctx, x, q, request)
}

// request returns what to ask the engine.
func (a *app) request(ctx context.Context, code *workspace.Workspace, cfg *config.Config, q *question) (engine.Request, error) {
	patterns, err := q.selection.patterns(code, q.patterns)
	if err != nil {
		return engine.Request{}, err
	}
	var plugins []engine.Plugin
	if q.look == nil {
		plugins, err = a.plugins(ctx, code, cfg)
	}
	return engine.Request{
		Config:    workspace.Config{Dir: code.Dir, Env: a.Environ, Tags: cfg.Tags, Log: a.log},
		Patterns:  patterns,
		View:      workspace.View(q.view),
		Platforms: platforms(cfg),
		Rules:     analyzers.Rules(),
		Flags:     cfg.AnalysisFlags(),
		Plugins:   plugins,
		Cost:      q.cost,
		Portable:  q.portable,
	}, err
}

func platforms(cfg *config.Config) []engine.Platform {
	var all []engine.Platform
	for _, p := range cfg.Platforms {
		os, arch, _ := strings.Cut(p, "/")
		all = append(all, engine.Platform{OS: os, Arch: arch})
	}
	return all
}

// plugins returns the plugins that the configuration names. Those that are tools
// of a module are built by the go command.
func (a *app) plugins(ctx context.Context, code *workspace.Workspace, cfg *config.Config) ([]engine.Plugin, error) {
	var all []engine.Plugin
	for _, p := range cfg.Plugins {
		path := p.Path
		if p.Tool != "" {
			out, err := gocmd.Go{Dir: code.Dir, Base: a.Environ, Log: a.log}.Output(ctx, "tool", "-n", p.Tool)
			if err != nil {
				return nil, fmt.Errorf("%s: plugin %s: %w", p.Pos, p.Name, err)
			}
			path = strings.TrimSpace(string(out))
		}
		all = append(all, engine.Plugin{Name: p.Name, Path: path, Flags: cfg.PluginFlags(p.Name)})
	}
	return all, nil
}

// run has the engine look, and applies the configuration to what it finds.
func (a *app) run(ctx context.Context, x *analysis, q *question, request engine.Request) (err error) {
	seen, err := a.loadProfiles(q.profiles)
	if err != nil {
		return err
	}
	how := cmp.Or(q.look, &look{"checking", engine.Run})
	progress := a.newProgress(how.doing)
	request.Progress = progress.show
	x.Result, err = how.find(ctx, request)
	progress.clear()
	if err != nil {
		return err
	}
	if err := q.narrow(x); err != nil {
		return err
	}
	if q.look == nil {
		a.confirm(x.Result)
	}
	if seen != nil {
		evidence.Weigh(x.code, x.Result, seen)
	}
	x.tolerate(time.Now())
	x.judge(q, time.Now())
	return nil
}

// judge decides which findings are shown: first the suppressions beside the
// code, then the configuration.
func (x *analysis) judge(q *question, now time.Time) {
	for i := range x.Findings {
		if p := pluginOf(x.Findings[i].Rule, x.cfg.Plugins); p != nil {
			x.Findings[i].Severity = p.Severity
		}
	}
	judge := finding.Judge{
		Known: func(ref string) bool {
			_, _, err := findRule(allRules(), ref)
			return err == nil || pluginOf(ref, x.cfg.Plugins) != nil
		},
		// The analysis has no say in what only tests show, and what one run of
		// tests does not show, another may.
		Ran: func(ref, pkg string) bool {
			return q.look == nil && !evidence.Seen(ref) && x.Complete(pkg)
		},
		Now:    now,
		Source: x.source,
	}
	reported, suppressed := judge.Suppress(x.Findings, x.Suppressions)
	policy := x.cfg.Policy(x.Root)
	policy.Only, policy.Skip = q.rules, q.skip
	x.suppressed = suppressed
	x.Outcome = policy.Apply(reported, now)
	finding.Sort(x.Shown)
	evidence.ByWeight(x.Shown)
}

// loadProfiles reads profiles, or returns nil if there are none.
func (a *app) loadProfiles(names []string) (*lines.Lines, error) {
	var all *lines.Lines
	for _, name := range names {
		l, err := lines.Load(a.absolute(name))
		if err != nil {
			return nil, fmt.Errorf("--profile: %w", err)
		}
		if all == nil {
			all = l
		} else {
			all.Merge(l)
		}
	}
	return all, nil
}

// source returns the content of a file that is named as in a finding.
func (x *analysis) source(file string) ([]byte, error) {
	return os.ReadFile(x.path(file))
}

// path returns the absolute name of a file that is named as in a finding.
func (x *analysis) path(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(x.Root, filepath.FromSlash(file))
}

// ownPlatform returns the platform that the go command builds for.
func (a *app) ownPlatform(ctx context.Context, code *workspace.Workspace) ([]string, error) {
	env, err := gocmd.Go{Dir: code.Dir, Base: a.Environ, Log: a.log}.Getenv(ctx, "GOOS", "GOARCH")
	return []string{env["GOOS"] + "/" + env["GOARCH"]}, err
}

// tolerate moves the failures that the configuration expects from the failures
// to those that are tolerated. Where it expected one up to a day that has passed,
// the failure says so.
func (x *analysis) tolerate(now time.Time) {
	var failures []engine.Failure
	for _, f := range x.Failures {
		switch u := x.exemption(f); {
		case u == nil:
			failures = append(failures, f)
		case u.Expired(now):
			f.Message += fmt.Sprintf(" (%s: known not to build until %s)", displayName(x.code.Dir, u.Pos.String()), u.Until)
			failures = append(failures, f)
		default:
			x.tolerated = append(x.tolerated, f)
		}
	}
	x.Failures = failures
}

// exemption returns what the configuration says of packages that do not build
// and that covers the failure on all its platforms, or nil.
func (x *analysis) exemption(f engine.Failure) *config.Unbuildable {
	on := f.Platforms
	if len(on) == 0 {
		on = x.platforms
	}
	path := strings.TrimSuffix(cmp.Or(f.Package, f.Module), "_test")
	dir := x.packageDir(f.Module, path)
	for i := range x.cfg.Unbuildable {
		u := &x.cfg.Unbuildable[i]
		if !slices.ContainsFunc(on, func(platform string) bool { return !u.Covers(path, dir, platform) }) {
			return u
		}
	}
	return nil
}

// packageDir returns the directory of a package of the module, as the
// configuration names directories.
func (x *analysis) packageDir(module, path string) string {
	for _, m := range x.code.Modules {
		if m.Name() != module {
			continue
		}
		dir := filepath.Join(m.Dir, filepath.FromSlash(strings.TrimPrefix(path, m.Path)))
		if rel, err := filepath.Rel(x.cfg.Dir, dir); err == nil {
			return filepath.ToSlash(rel)
		}
	}
	return path
}
