package cli

import (
	"cmp"
	"context"
	"fmt"
	"go/version"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// overview prints what the code base is and ships, as far as its go.mod and
// go.work files tell, and what to type next.
func (a *app) overview(ctx context.Context) error {
	code, err := a.openWorkspace(ctx)
	if err != nil {
		return err
	}
	defer code.Close()
	// Switching toolchains could download one.
	env, err := gocmd.Go{Dir: a.Dir, Base: a.Environ, Env: []string{"GOTOOLCHAIN=local"}, Log: a.log}.Getenv(ctx, "GOVERSION")
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Out, headline(code))
	ships := semantics(code, env["GOVERSION"])
	if err := a.printSemantics(ships); err != nil {
		return err
	}
	broken := brokenModules(code)
	for _, m := range broken {
		fmt.Fprintf(a.Out, "  %s cannot be loaded: %v\n", m.Rel, m.Err)
	}
	for _, x := range code.Excluded {
		fmt.Fprintf(a.Out, "  not part of it: %s (%s)\n", x.Dir, x.Reason)
	}
	a.printRemarks(ships)
	if err := a.printNext(code); err != nil {
		return err
	}
	if len(broken) > 0 {
		return outcome(exitIncomplete)
	}
	return nil
}

// headline says how many modules there are and which go.work files list them.
func headline(code *workspace.Workspace) string {
	listed := make(map[string]int) // by file, "" for none
	for _, m := range code.Modules {
		if m.WorkFile == nil {
			listed[""]++
		} else {
			listed[displayName(code.Dir, m.WorkFile.Path)]++
		}
	}
	switch {
	case len(code.Modules) == 1 && listed[""] == 1:
		return "1 module: " + displayName(code.Dir, filepath.Join(code.Modules[0].Dir, "go.mod"))
	case len(listed) == 1 && listed[""] > 0:
		return count(len(code.Modules), "module", "modules") + " without a go.work file"
	}
	var parts []string
	for _, file := range slices.Sorted(maps.Keys(listed)) {
		if file == "" {
			parts = append(parts, fmt.Sprintf("%d in none", listed[file]))
		} else {
			parts = append(parts, fmt.Sprintf("%d in %s", listed[file], file))
		}
	}
	return count(len(code.Modules), "module", "modules") + ": " + strings.Join(parts, ", ")
}

// A shipped module is one with the semantics that its go.mod and go.work files
// select, as it is developed and as it ships.
type shipped struct {
	*workspace.Module

	ownLoopVars          bool // each iteration has its own loop variables
	newTimers            bool // as developed
	newTimersWhenShipped bool
}

// semantics returns the modules that can be loaded, built with the given Go
// release.
func semantics(code *workspace.Workspace, release string) []shipped {
	var all []shipped
	for _, m := range code.Modules {
		if m.Err != nil {
			continue
		}
		s := shipped{Module: m}
		s.ownLoopVars = atLeast(m.GoVersion(), goversion.LoopVar.Since)
		s.newTimersWhenShipped = inForce(goversion.Timers, release, m.GoVersion(), m.File.Godebug)
		s.newTimers = s.newTimersWhenShipped
		// The go command takes these settings from go.work alone where there
		// is one.
		if m.WorkFile != nil {
			line := ""
			if m.WorkFile.File.Go != nil {
				line = m.WorkFile.File.Go.Version
			}
			s.newTimers = inForce(goversion.Timers, release, line, m.WorkFile.File.Godebug)
		}
		all = append(all, s)
	}
	return all
}

// inForce reports whether a change of the scope Program is in force in programs
// that are built with the Go release, by the go line and godebug lines that
// count for them.
func inForce(c goversion.Change, release, goLine string, settings []*modfile.Godebug) bool {
	if c.Removed != "" && version.IsValid(release) && version.Compare(release, c.Removed) >= 0 {
		return true
	}
	for _, g := range settings {
		switch g.Key {
		case c.Setting:
			return g.Value == c.New
		case "default":
			goLine = strings.TrimPrefix(g.Value, "go")
		}
	}
	return atLeast(goLine, c.Since)
}

// atLeast reports whether a go line, which may be empty, is that of the Go
// version since or of a later one.
func atLeast(goLine, since string) bool {
	return goLine != "" && version.Compare("go"+goLine, since) >= 0
}

func (a *app) printSemantics(ships []shipped) error {
	fmt.Fprintln(a.Out)
	table := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  MODULE\tGO\tTIMERS\tLOOP VARIABLES")
	for _, s := range ships {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", s.Path, cmp.Or(s.GoVersion(), "none"), s.timers(), s.loopVariables())
	}
	return table.Flush()
}

func (s shipped) timers() string {
	names := map[bool]string{true: "new", false: "old"}
	if s.newTimers != s.newTimersWhenShipped {
		return fmt.Sprintf("%s here, %s as it ships", names[s.newTimers], names[s.newTimersWhenShipped])
	}
	return names[s.newTimers]
}

func (s shipped) loopVariables() string {
	if s.ownLoopVars {
		return "one each iteration"
	}
	return "one each loop"
}

// printRemarks says what the table means for who runs these programs.
func (a *app) printRemarks(ships []shipped) {
	old := func(s shipped) bool { return !s.newTimers || !s.newTimersWhenShipped }
	if slices.ContainsFunc(ships, old) {
		fmt.Fprintln(a.Out, `
Old timers are kept until they fire, tickers until they are stopped: time.After
in a busy loop piles them up. The go line of 1.23 ends that.`)
	}
	shared := func(s shipped) bool { return !s.ownLoopVars }
	if slices.ContainsFunc(ships, shared) {
		fmt.Fprintln(a.Out, `
One variable for a whole loop is shared by the goroutines and closures that the
loop starts. The go line of 1.22 gives each iteration its own.`)
	}
}

// printNext says what is configured and what to type next.
func (a *app) printNext(code *workspace.Workspace) error {
	file, err := config.Find(code.Dir, code.Root)
	if err != nil {
		return err
	}
	if file == "" {
		fmt.Fprintf(a.Out, "\nThere is no %s: what is sure is reported, for this platform.\n", config.FileName)
	} else {
		fmt.Fprintf(a.Out, "\nConfigured by %s.\n", displayName(code.Dir, file))
	}
	fmt.Fprint(a.Out, `
Next:
  gomend check           find what will take it down
  gomend leaks test      run its tests, and prove which goroutines they leave
  gomend rules           see what is looked for
`)
	if file != "" {
		fmt.Fprintln(a.Out, "  gomend config show     see what is in force, and whence")
	}
	return nil
}

func brokenModules(code *workspace.Workspace) []*workspace.Module {
	return slices.DeleteFunc(slices.Clone(code.Modules), func(m *workspace.Module) bool { return m.Err == nil })
}

// displayName returns the path relative to dir where it lies below it, as people
// like to read it.
func displayName(dir, path string) string {
	rel, err := filepath.Rel(dir, path)
	if err != nil || strings.HasPrefix(rel, "..") {
		return path
	}
	return rel
}

// count returns a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
