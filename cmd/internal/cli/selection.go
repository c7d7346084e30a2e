package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/cmd/internal/engine"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A selection is what the flags say about what to look at, and for what.
type selection struct {
	modules   []string
	view      string
	platforms []string
	tags      []string

	rules, skip []string
	confidence  string

	portable bool
}

// addPlaceFlags gives a command the flags that say where to look.
func (s *selection) addPlaceFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVarP(&s.modules, "module", "m", nil, "look only at the `module` of this path or directory (repeatable)")
	f.StringVar(&s.view, "view", "", "look at modules as in `view` work, developed together, or release, each as it ships")
	f.StringSliceVar(&s.tags, "tags", nil, "set these build tags, a comma-separated `list`")
}

// addFlags gives a command the flags of the selection.
func (s *selection) addFlags(c *cobra.Command) {
	s.addPlaceFlags(c)
	f := c.Flags()
	f.StringArrayVar(&s.platforms, "platform", nil, "look at the files of this `GOOS/GOARCH` (repeatable; the reports are merged)")
	f.StringSliceVar(&s.rules, "rule", nil, "report nothing but this `rule`, or rule/kind (repeatable)")
	f.StringSliceVar(&s.skip, "skip-rule", nil, "do not report this `rule`, or rule/kind (repeatable)")
	f.StringVar(&s.confidence, "confidence", "", "report what is at least this `sure`: high, medium or low")
	f.BoolVar(&s.portable, "portable", false, "share results between checkouts and machines (compiles everything once more)")
}

// check returns an error if a flag names something that does not exist.
func (s *selection) check(rules []*rule.Rule, plugins []config.Plugin) error {
	for _, ref := range slices.Concat(s.rules, s.skip) {
		if pluginOf(ref, plugins) != nil {
			continue
		}
		if _, _, err := findRule(rules, ref); err != nil {
			return err
		}
	}
	if s.view != "" {
		if _, err := workspace.ParseView(s.view); err != nil {
			return fmt.Errorf("--view: %w", err)
		}
	}
	return nil
}

// patterns returns the patterns of the packages to look at: those given, or all
// packages of the modules that -m names, or none, which means the directory that
// the user stands in and all below it.
func (s *selection) patterns(code *workspace.Workspace, args []string) ([]string, error) {
	modules, err := s.namedModules(code)
	if err != nil || len(args) > 0 {
		return args, err
	}
	var patterns []string
	for _, m := range modules {
		patterns = append(patterns, filepath.Join(m.Dir, "..."))
	}
	return patterns, nil
}

// namedModules returns the modules that -m names.
func (s *selection) namedModules(code *workspace.Workspace) ([]*workspace.Module, error) {
	var named []*workspace.Module
	for _, name := range s.modules {
		i := slices.IndexFunc(code.Modules, func(m *workspace.Module) bool {
			return m.Path == name || m.Dir == filepath.Join(code.Dir, name)
		})
		if i < 0 {
			var known []string
			for _, m := range code.Modules {
				known = append(known, m.Path)
			}
			return nil, fmt.Errorf("-m: there is no module %q: %s", name, didYouMean(name, known, "`gomend` lists them"))
		}
		named = append(named, code.Modules[i])
	}
	return named, nil
}

// narrow drops what was looked at besides the modules that -m names.
func (s *selection) narrow(x *analysis) error {
	modules, err := s.namedModules(x.code)
	if err != nil || len(modules) == 0 {
		return err
	}
	other := func(module string) bool {
		return !slices.ContainsFunc(modules, func(m *workspace.Module) bool { return m.Name() == module })
	}
	x.Findings = slices.DeleteFunc(x.Findings, func(f finding.Finding) bool { return other(f.Module) })
	x.Suppressions = slices.DeleteFunc(x.Suppressions, func(s finding.Suppression) bool { return other(s.Module) })
	x.Packages = slices.DeleteFunc(x.Packages, func(p engine.Package) bool { return other(p.Module) })
	x.Failures = slices.DeleteFunc(x.Failures, func(f engine.Failure) bool { return other(f.Module) })
	return nil
}

// openWorkspace finds the code base that the user stands in.
func (a *app) openWorkspace(ctx context.Context) (*workspace.Workspace, error) {
	return workspace.Open(ctx, workspace.Config{Dir: a.Dir, Env: a.Environ, Log: a.log})
}

// loadConfig reads the configuration that is in force for the code base, and
// puts the flags over it.
func (a *app) loadConfig(ctx context.Context, code *workspace.Workspace, s *selection) (*config.Config, error) {
	file, err := config.Find(code.Dir, code.Root)
	if err != nil {
		return nil, err
	}
	cfg, err := a.configLoader().Load(ctx, file)
	if err != nil {
		return nil, err
	}
	for _, flag := range []struct {
		key, name string
		values    []string
	}{
		{"confidence", "--confidence", given(s.confidence)},
		{"platforms", "--platform", s.platforms},
		{"tags", "--tags", s.tags},
	} {
		if len(flag.values) == 0 {
			continue
		}
		if err := cfg.Override(flag.key, flag.name, flag.values...); err != nil {
			return nil, err
		}
	}
	return cfg, s.check(allRules(), cfg.Plugins)
}

func given(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func (a *app) configLoader() *config.Loader {
	return &config.Loader{
		Rules: allRules(),
		Fetch: config.Fetch(gocmd.Go{Base: a.Environ, Log: a.log}),
	}
}
