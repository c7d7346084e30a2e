package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gomend/gomend/cmd/internal/cli"
)

// referenceFile is the command reference of the manual.
var referenceFile = filepath.Join("..", "..", "..", "docs", "commands.md")

// TestReference tells when the manual lags behind the commands. It is written
// anew with "go generate".
func TestReference(t *testing.T) {
	want := reference(cli.New(cli.World{}))
	if *update {
		if err := os.WriteFile(referenceFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is stale: run make generate", referenceFile)
	}
}

// reference returns the manual page of the commands below root.
func reference(root *cobra.Command) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Commands\n\nWritten by `make generate` from the commands' own help.\n\n")
	fmt.Fprintf(&b, "Flags can be written with one dash or two. Exit codes: 0 clean; 1 findings, or a\n"+
		"no; 2 nothing could start: usage, configuration, input; 4 part was not done, which\n"+
		"wins over 1 (what was found is still printed).\n")
	describe(&b, root)
	fmt.Fprintf(&b, "\n## Flags of every command\n\n")
	flags(&b, root.PersistentFlags())
	return b.Bytes()
}

// describe writes the section of a command and those of the commands below it.
func describe(b *bytes.Buffer, c *cobra.Command) {
	if c.Hidden {
		return
	}
	if c.Runnable() {
		fmt.Fprintf(b, "\n## %s\n\n", c.CommandPath())
		fmt.Fprintf(b, "    %s\n\n%s\n", strings.TrimSuffix(c.UseLine(), " [flags]"), c.Long)
		if c.Example != "" {
			fmt.Fprintf(b, "\n```\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(c.Example, "  "), "\n  ", "\n"))
		}
		if local := c.LocalNonPersistentFlags(); c.HasParent() && local.HasAvailableFlags() {
			fmt.Fprintln(b)
			flags(b, local)
		}
	}
	for _, sub := range c.Commands() {
		describe(b, sub)
	}
}

// flags writes a table of flags.
func flags(b *bytes.Buffer, set *pflag.FlagSet) {
	fmt.Fprintf(b, "| flag | |\n| --- | --- |\n")
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := strings.TrimSpace("--" + f.Name + " " + value)
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", name, strings.ReplaceAll(usage, "|", `\|`))
	})
}
