package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// A Fixed is what [Fix] changes, and what it leaves.
type Fixed struct {
	*align.Result

	// Undone are the checks that could not be done, with the reason, by name: what they
	// would find is not mended.
	Undone map[string]error
}

// Fix mends what the checks find and what can be mended without a decision, and tidies all
// modules, if that is among the checks. Nothing is written; what the result has to be
// written makes nothing worse. It is an error if no check is one whose findings can be
// mended.
func Fix(ctx context.Context, cfg workspace.Config, o Options, how align.Options) (*Fixed, error) {
	all := Checks()
	var names []string
	for i := range all {
		if o.wants(&all[i]) && all[i].Fixes {
			names = append(names, all[i].Name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("what %s finds needs a decision, and is not mended by --fix", strings.Join(o.Checks, ", "))
	}
	tidy := slices.Contains(names, tidyCheck.Name)
	f := &Fixed{Undone: make(map[string]error)}
	var mends []align.Mend
	// Tidying finds out by itself what is not tidy.
	if o.Checks = slices.DeleteFunc(names, func(name string) bool { return name == tidyCheck.Name }); len(o.Checks) > 0 {
		r, err := Examine(ctx, cfg, o)
		if err != nil {
			return nil, err
		}
		mends, f.Undone = r.mends(), r.Undone
	}
	var err error
	f.Result, err = align.Apply(ctx, cfg, mends, tidy, how)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// mends returns the mends of findings, each once.
func (r *Report) mends() []align.Mend {
	var all []align.Mend
	for i := range r.Findings {
		m := r.Findings[i].mend
		if m != nil && !slices.ContainsFunc(all, func(other align.Mend) bool { return other.What == m.What }) {
			all = append(all, *m)
		}
	}
	return all
}

// requireAt returns the mend that makes a module require another at a version.
func requireAt(m *workspace.Module, path, version string) *align.Mend {
	dir := m.Dir
	return &align.Mend{
		What: fmt.Sprintf("%s: require %s %s", m.Name(), path, version),
		Mod: func(m *workspace.Module, f *modFile) error {
			if m.Dir != dir {
				return nil
			}
			return f.AddRequire(path, version)
		},
	}
}
