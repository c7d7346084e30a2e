package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/config"
)

func (a *app) configCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "show or check the configuration in gomend.yaml",
		Args:  unknownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.configShowCommand(), a.configValidateCommand(), a.configSchemaCommand())
	return c
}

func (a *app) configShowCommand() *cobra.Command {
	var (
		s      selection
		asJSON bool
	)
	c := &cobra.Command{
		Use:   "show",
		Short: "show what is in force, and where it comes from",
		Long: `Show prints every setting that is in force and where it comes from: a line of
gomend.yaml or of a policy that it extends, a flag, or the default.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			code, err := a.openWorkspace(c.Context())
			if err != nil {
				return err
			}
			defer code.Close()
			cfg, err := a.loadConfig(c.Context(), code, &s)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(struct {
					Sources []config.Source `json:"sources"`
					Entries []config.Entry  `json:"entries"`
				}{cfg.Sources, cfg.Entries()})
			}
			return a.printConfig(cfg)
		},
	}
	s.addFlags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (a *app) printConfig(cfg *config.Config) error {
	for _, source := range cfg.Sources {
		fmt.Fprintln(a.Out, strings.TrimSpace(displayName(a.Dir, source.Name)+" "+source.Sum))
	}
	table := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KEY\tVALUE\tFROM")
	for _, e := range cfg.Entries() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", e.Key, e.Value, displayName(a.Dir, e.Origin))
	}
	return table.Flush()
}

func (a *app) configValidateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "validate [FILE]",
		Short: "check a configuration file",
		Long: `Validate reads a configuration file, by default the one in force, and the
policies that it extends. Each thing that is wrong is named with its position.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			file, err := a.configFile(c, args)
			if err != nil {
				return err
			}
			if _, err := a.configLoader().Load(c.Context(), file); err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.Out, "%s: no problems\n", displayName(a.Dir, file))
			return err
		},
	}
}

// configFile returns the name of the configuration file that is given, or of
// the one in force.
func (a *app) configFile(c *cobra.Command, args []string) (string, error) {
	if len(args) == 1 {
		if filepath.IsAbs(args[0]) {
			return args[0], nil
		}
		return filepath.Join(a.Dir, args[0]), nil
	}
	code, err := a.openWorkspace(c.Context())
	if err != nil {
		return "", err
	}
	defer code.Close()
	file, err := config.Find(code.Dir, code.Root)
	if err == nil && file == "" {
		err = fmt.Errorf("there is no %s in %s or above it, up to %s", config.FileName, code.Dir, code.Root)
	}
	return file, err
}

func (a *app) configSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "print the JSON Schema of gomend.yaml",
		Long:  "Schema prints the JSON Schema of gomend.yaml, by which editors complete and check it.",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.Out, config.Schema)
			return err
		},
	}
}
