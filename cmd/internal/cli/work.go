package cli

import "github.com/spf13/cobra"

func (a *app) workCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "work",
		Short: "treat many modules as one code base",
		Long: `Work commands look at all modules of a code base together: those of a go.work file, or
all below the root of the repository.`,
		Args: unknownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.workAffectedCommand(), a.workCoverCommand(), a.workDoctorCommand(), a.workGetCommand(), a.workGraphCommand(), a.workRenameCommand(), a.workRunCommand(), a.workSyncCommand())
	return c
}
