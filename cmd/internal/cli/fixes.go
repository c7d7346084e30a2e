package cli

import (
	"fmt"
	"io"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/internal/edit"
)

// printFixes prints a unified diff of all fixes that can be applied together,
// under names that git and patch understand at the root of the repository.
func (a *app) printFixes(x *analysis, run *report.Run, unsafe bool) error {
	set := edit.NewSet(x.source)
	var chosen, refused int
	for i := range run.Findings {
		fix, ok := chooseFix(&run.Findings[i], unsafe)
		if !ok {
			continue
		}
		if err := set.Add(edits(fix)...); err != nil {
			refused++
			a.log.Info("fix left out", "finding", run.Findings[i].Fingerprint, "err", err)
			continue
		}
		chosen++
	}
	if err := printDiff(a.Out, x, set); err != nil {
		return err
	}
	if !a.quiet {
		fmt.Fprintf(a.Err, "%s for %s; nothing was written\n",
			count(chosen, "fix", "fixes"), count(len(run.Findings), "finding", "findings"))
		if refused > 0 {
			fmt.Fprintf(a.Err, "%s left out because they overlap others: apply these and check again\n", count(refused, "fix", "fixes"))
		}
	}
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
