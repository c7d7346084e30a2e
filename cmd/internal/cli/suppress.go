package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/directive"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/internal/edit"
	"github.com/gomend/gomend/internal/tree"
)

func (a *app) suppressCommand() *cobra.Command {
	var (
		reason, until string
		diff          bool
	)
	c := &cobra.Command{
		Use:   "suppress ID",
		Short: "write a comment that keeps a finding from being reported",
		Long: `Suppress writes a comment above the line of a finding, by which it is not reported
any more. The reason is part of it. With --until, the finding comes back on the
day after.

The ID stands in the report; its first digits suffice, and so does FILE:LINE
where one finding stands.`,
		Example: `  gomend suppress 4f1c9a03 --reason "the pool is drained on exit"
  gomend suppress 4f1c9a03 --reason "until the new client is in" --until 2027-01-31`,
		Args: exactly("the ID of a finding"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.suppress(c.Context(), args[0], reason, until, diff)
		},
	}
	flags := c.Flags()
	flags.StringVar(&reason, "reason", "", "why the finding is tolerable")
	flags.StringVar(&until, "until", "", "the last `day` on which it is, as in 2027-01-31")
	flags.BoolVar(&diff, "diff", false, "show the change and write nothing")
	return c
}

func (a *app) suppress(ctx context.Context, id, reason, until string, diff bool) error {
	if reason == "" {
		return errors.New(`a suppression needs a reason: add --reason "why the finding is tolerable"`)
	}
	var last time.Time
	if until != "" {
		var err error
		if last, err = time.Parse(directive.DateLayout, until); err != nil {
			return fmt.Errorf("--until %q is not a day: write it as in 2027-01-31", until)
		}
	}
	x, err := a.analyse(ctx, a.questionAbout(id))
	if err != nil {
		return err
	}
	f, err := x.find(a, id)
	if err != nil {
		return err
	}
	src, err := x.source(f.File)
	if err != nil {
		return err
	}
	fix, err := finding.Ignore(src, *f, reason, last)
	if err != nil {
		return err
	}
	set := edit.NewSet(x.source)
	if err := set.Add(edits(&fix)...); err != nil {
		return err
	}
	if diff {
		return printDiff(a.Out, x, set)
	}
	return a.writeEdits(x, set)
}

// writeEdits writes the files of the set.
func (a *app) writeEdits(x *analysis, set *edit.Set) error {
	for _, file := range set.Files() {
		content, err := set.Content(file)
		if err != nil {
			return err
		}
		if err := tree.Replace(x.path(file), content); err != nil {
			return err
		}
		fmt.Fprintf(a.Out, "wrote %s\n", displayName(a.Dir, x.path(file)))
	}
	return nil
}
