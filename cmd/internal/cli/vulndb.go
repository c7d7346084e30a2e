package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/vulndb"
	"github.com/gomend/gomend/internal/tree"
)

func (a *app) vulnDBCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "db",
		Short: "make vulnerability databases of one file, and look into them",
		Long: `A vulnerability database is served by a host, lies in a directory, or is one file, which
needs no network. The same advisories make the same file, whose digest can be pinned.`,
		Args: unknownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.vulnDBFetchCommand(), a.vulnDBBuildCommand(), a.vulnDBShowCommand())
	return c
}

func (a *app) vulnDBFetchCommand() *cobra.Command {
	var f databaseFlags
	c := &cobra.Command{
		Use:     "fetch FILE",
		Short:   "make a database of one file of another one",
		Long:    `Fetch writes all advisories of a database into one file.`,
		Example: `  gomend vuln db fetch vulndb.zip`,
		Args:    exactly("the file to write"),
		RunE: func(c *cobra.Command, args []string) error {
			databases, err := a.openDatabases(c.Context(), &f)
			if err != nil {
				return err
			}
			defer closeAll(databases)
			var all []vulndb.Document
			for _, d := range databases {
				documents, err := d.All(c.Context())
				if err != nil {
					return err
				}
				all = append(all, documents...)
			}
			return a.writeDatabase(c.Context(), args[0], all)
		},
	}
	f.add(c)
	return c
}

func (a *app) vulnDBBuildCommand() *cobra.Command {
	var from string
	c := &cobra.Command{
		Use:   "build FILE",
		Short: "make a database of one file of a checkout of golang/vulndb",
		Long: `Build writes the advisories of a checkout of golang/vulndb, as they are at its HEAD, into
one file. When each was published and changed is told by the history, all of which has to be
there.`,
		Example: `  git clone https://go.googlesource.com/vulndb
  gomend vuln db build --from vulndb vulndb.zip`,
		Args: exactly("the file to write"),
		RunE: func(c *cobra.Command, args []string) error {
			if from == "" {
				return errors.New("--from is needed: a checkout of golang/vulndb")
			}
			if !filepath.IsAbs(from) {
				from = filepath.Join(a.Dir, from)
			}
			all, err := vulndb.FromGit(c.Context(), from)
			if err != nil {
				return err
			}
			return a.writeDatabase(c.Context(), args[0], all)
		},
	}
	c.Flags().StringVar(&from, "from", "", "read this `checkout` of golang/vulndb")
	return c
}

// writeDatabase writes a database of one file, and tells its digest.
func (a *app) writeDatabase(ctx context.Context, name string, all []vulndb.Document) error {
	if !filepath.IsAbs(name) {
		name = filepath.Join(a.Dir, name)
	}
	var b bytes.Buffer
	if err := vulndb.Write(&b, all); err != nil {
		return err
	}
	if err := tree.Replace(name, b.Bytes()); err != nil {
		return err
	}
	d, err := vulndb.Open(ctx, name, nil)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = fmt.Fprintf(a.Out, "%s\n", describeDatabase(d))
	return err
}

func describeDatabase(d *vulndb.Database) string {
	return fmt.Sprintf("%d advisories of %d modules, as of %s, sha256:%s", len(d.IDs()), d.Modules(), d.Modified.UTC().Format("2006-01-02"), d.Digest)
}

func (a *app) vulnDBShowCommand() *cobra.Command {
	var f databaseFlags
	c := &cobra.Command{
		Use:   "show [ADVISORY | MODULE]...",
		Short: "show what a database has",
		Long: `Show tells how many advisories a database has and of when it is; of advisories what they
say, and of modules which advisories there are.`,
		Example: `  gomend vuln db show --db vulndb.zip
  gomend vuln db show GO-2021-0113
  gomend vuln db show golang.org/x/text stdlib`,
		RunE: func(c *cobra.Command, args []string) error {
			databases, err := a.openDatabases(c.Context(), &f)
			if err != nil {
				return err
			}
			defer closeAll(databases)
			return a.showDatabases(c.Context(), databases, args)
		},
	}
	f.add(c)
	return c
}

func (a *app) showDatabases(ctx context.Context, databases []*vulndb.Database, args []string) error {
	if len(args) == 0 {
		for _, d := range databases {
			if _, err := fmt.Fprintf(a.Out, "%s: %s\n", d.Name, describeDatabase(d)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, arg := range args {
		var entries []*osv.Entry
		var errs []error
		for _, d := range databases {
			if d.Has(arg) {
				found, err := d.Module(ctx, arg)
				if err != nil {
					return err
				}
				entries = append(entries, found...)
			} else if e, err := d.Entry(ctx, arg); err == nil {
				entries = append(entries, e)
			} else {
				errs = append(errs, err)
			}
		}
		if len(entries) == 0 {
			return errors.Join(errs...)
		}
		for _, e := range entries {
			if err := a.showAdvisory(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *app) showAdvisory(e *osv.Entry) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", e.ID, e.Summary)
	if len(e.Aliases) > 0 {
		fmt.Fprintf(&b, "  also %s\n", strings.Join(e.Aliases, ", "))
	}
	for _, affected := range e.Affected {
		fmt.Fprintf(&b, "  %s", affected.Module.Path)
		for _, r := range affected.Ranges {
			for _, event := range r.Events {
				switch {
				case event.Fixed != "":
					fmt.Fprintf(&b, ", mended in %s", event.Fixed)
				case event.Introduced == "0":
					b.WriteString(" from the first version on")
				default:
					fmt.Fprintf(&b, ", from %s on", event.Introduced)
				}
			}
		}
		b.WriteString("\n")
		for _, p := range affected.EcosystemSpecific.Packages {
			fmt.Fprintf(&b, "    %s", p.Path)
			if len(p.GOOS)+len(p.GOARCH) > 0 {
				fmt.Fprintf(&b, " (%s)", strings.Join(append(p.GOOS, p.GOARCH...), ", "))
			}
			if len(p.Symbols) > 0 {
				fmt.Fprintf(&b, ": %s", strings.Join(p.Symbols, ", "))
			}
			b.WriteString("\n")
		}
	}
	if e.Withdrawn != nil {
		fmt.Fprintf(&b, "  withdrawn on %s\n", e.Withdrawn.UTC().Format("2006-01-02"))
	}
	if !e.Reviewed() {
		b.WriteString("  not reviewed by the Go security team\n")
	}
	if url := e.URL(); url != "" {
		fmt.Fprintf(&b, "  %s\n", url)
	}
	_, err := fmt.Fprint(a.Out, b.String())
	return err
}
