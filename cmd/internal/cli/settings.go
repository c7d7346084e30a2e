package cli

import (
	"context"
	"fmt"

	"github.com/gomend/gomend/workspace"
)

func (a *app) printSettings(_ context.Context, _ *workspace.Workspace) error {
	fmt.Fprintln(a.Out, "next")
	return nil
}
