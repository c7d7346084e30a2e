package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/internal/edit"
	"github.com/gomend/gomend/internal/tree"
)

// A mending is the fixes of findings that can be applied together.
type mending struct {
	set     *edit.Set
	chosen  []bool // by finding
	refused int    // as they overlap others
}

// mend chooses the fixes of findings.
func (a *app) mend(x *analysis, run *report.Run, unsafe bool) *mending {
	m := &mending{set: edit.NewSet(x.source), chosen: make([]bool, len(run.Findings))}
	for i := range run.Findings {
		fix, ok := chooseFix(&run.Findings[i], unsafe)
		if !ok {
			continue
		}
		if err := m.set.Add(edits(fix)...); err != nil {
			m.refused++
			a.log.Info("fix left out", "finding", run.Findings[i].Fingerprint, "err", err)
			continue
		}
		m.chosen[i] = true
	}
	return m
}

// tell says how many findings the fixes are for, and what is not among them.
func (a *app) tell(m *mending, verb string) {
	if a.quiet {
		return
	}
	chosen := 0
	for _, ok := range m.chosen {
		if ok {
			chosen++
		}
	}
	fmt.Fprintf(a.Err, "%s for %s; %s\n", count(chosen, "fix", "fixes"), count(len(m.chosen), "finding", "findings"), verb)
	if m.refused > 0 {
		fmt.Fprintf(a.Err, "%s left out because they overlap others: apply these and check again\n", count(m.refused, "fix", "fixes"))
	}
}

// printFixes prints a unified diff of all fixes that can be applied together,
// under names that git and patch understand at the root of the repository.
func (a *app) printFixes(x *analysis, run *report.Run, unsafe bool) error {
	m := a.mend(x, run, unsafe)
	if err := printDiff(a.Out, x, m.set); err != nil {
		return err
	}
	a.tell(m, "nothing was written")
	return nil
}

// applyFixes writes all fixes that can be applied together, and takes what they mend out
// of the run.
func (a *app) applyFixes(ctx context.Context, x *analysis, run *report.Run, unsafe bool) error {
	m := a.mend(x, run, unsafe)
	var changes []tree.Change
	for _, file := range m.set.Files() {
		before, err := x.source(file)
		if err != nil {
			return err
		}
		after, err := m.set.Content(file)
		if err != nil {
			return err
		}
		changes = append(changes, change(x.path(file), before, after))
	}
	if err := a.write(ctx, x.code, "check --fix", changes); err != nil {
		return err
	}
	a.tell(m, "written")
	var left []finding.Finding
	for i, mended := range m.chosen {
		if !mended {
			left = append(left, run.Findings[i])
		}
	}
	run.Findings = left
	return nil
}

// printDiff prints the set as one unified diff.
func printDiff(w io.Writer, x *analysis, set *edit.Set) error {
	root := repositoryRoot(x.Root)
	for _, file := range set.Files() {
		diff, err := set.Diff(file, slashPath(root, x.path(file)))
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, diff); err != nil {
			return err
		}
	}
	return nil
}

// chooseFix returns the first fix of a finding that may be applied.
func chooseFix(f *finding.Finding, unsafe bool) (*finding.Fix, bool) {
	for i := range f.Fixes {
		if unsafe || f.Fixes[i].Safety != rule.Unsafe {
			return &f.Fixes[i], true
		}
	}
	return nil, false
}

func edits(fix *finding.Fix) []edit.Edit {
	var all []edit.Edit
	for _, e := range fix.Edits {
		all = append(all, edit.Edit{File: e.File, Start: e.Start, End: e.End, New: e.New})
	}
	return all
}
