package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/sbom"
	"github.com/gomend/gomend/internal/tree"
	"github.com/gomend/gomend/workspace"
)

// sbomFlags are the flags of "gomend sbom".
type sbomFlags struct {
	modules   []string
	whole     bool
	view      string
	platforms []string
	tags      []string
	tests     bool
	version   string
	outputs   []string
	dir       string
	verify    string
	base      string
}

func (a *app) sbomCommand() *cobra.Command {
	var f sbomFlags
	c := &cobra.Command{
		Use:   "sbom [main packages]",
		Short: "make a bill of materials of what ships",
		Long: `Sbom writes which modules a program is built from, as a CycloneDX document: those that
provide packages to it for the platform, with their versions, hashes and packages, and the
standard library. By default it is as the program ships (view release). Without arguments,
the code base has to have one program, or --dir names where to write a document for each.
--module makes the bill of a module's packages, and --workspace one of all modules.

The same code makes the same document, to the byte: its time is that of the commit, or
SOURCE_DATE_EPOCH.

--verify holds a program that was built against its code: what is in the one and not in the
other is drift, and makes the exit code 1. --base tells what comes, goes and moves since a
revision.`,
		Example: `  gomend sbom ./cmd/server > server.cdx.json
  gomend sbom --dir sboms
  gomend sbom --workspace -o text
  gomend sbom --verify bin/server
  gomend sbom --workspace --base origin/main`,
		RunE: func(c *cobra.Command, args []string) error { return a.sbom(c.Context(), &f, args) },
	}
	flags := c.Flags()
	flags.StringArrayVarP(&f.modules, "module", "m", nil, "make the bill of the `module` of this path or directory (repeatable)")
	flags.BoolVar(&f.whole, "workspace", false, "make one bill of all modules")
	flags.StringVar(&f.view, "view", string(workspace.Release), "as what is built: as it ships, release, or as it is developed, work")
	flags.StringArrayVar(&f.platforms, "platform", nil, "as it is built for this `GOOS/GOARCH` (repeatable)")
	flags.StringSliceVar(&f.tags, "tags", nil, "set these build tags, a comma-separated `list`")
	flags.BoolVar(&f.tests, "test", false, "take in what only tests are built from")
	flags.StringVar(&f.version, "version", "", "give the product this `version`, not that of the tag or commit")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "write in `FORMAT[=FILE]` (repeatable): json, the default, xml or text; text, the default, or json with --verify and --base")
	flags.StringVar(&f.dir, "dir", "", "write a document for each program, or module, to this `directory`")
	flags.StringVar(&f.verify, "verify", "", "compare the code with this `program`, which was built from it")
	flags.StringVar(&f.base, "base", "", "tell what changes since this `revision`")
	c.MarkFlagsMutuallyExclusive("module", "workspace", "verify")
	c.MarkFlagsMutuallyExclusive("verify", "base", "dir")
	c.MarkFlagsMutuallyExclusive("verify", "platform")
	c.MarkFlagsMutuallyExclusive("dir", "output")
	return c
}

func (a *app) sbom(ctx context.Context, f *sbomFlags, args []string) error {
	formats, fallback := report.BillFormats(), report.JSON
	if f.verify != "" || f.base != "" {
		formats, fallback = report.BillChangeFormats(), report.Text
	}
	outputs, err := a.parseOutputs(append(f.outputs[:len(f.outputs):len(f.outputs)], defaultOutput(f.outputs, fallback)...), formats)
	if err != nil {
		return err
	}
	o, err := a.sbomOptions(ctx, f, args)
	if err != nil {
		return err
	}
	cfg := workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: f.tags, Log: a.log}
	a.sweep()
	if f.verify != "" {
		return a.sbomVerify(ctx, f, cfg, o, outputs)
	}
	read := func(ctx context.Context, cfg workspace.Config) ([]*sbom.Bill, error) { return sbom.Read(ctx, cfg, *o) }
	bills, err := eachPlatform(ctx, cfg, f.platforms, read)
	if err != nil {
		return a.noBill(err)
	}
	if f.base != "" {
		return a.sbomBase(ctx, f, cfg, o, outputs, bills)
	}
	if f.dir != "" {
		return a.sbomDir(f.dir, bills)
	}
	if len(bills) > 1 && slices.ContainsFunc(outputs, func(out report.Output) bool { return out.Format != report.Text }) {
		var names []string
		for _, b := range bills {
			names = append(names, fmt.Sprintf("%s (%s)", b.Product.Path, b.Platform))
		}
		return fmt.Errorf("a document is of one program: name one, or write a document for each by --dir: %s", strings.Join(names, ", "))
	}
	return report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteBills(w, out.Format, bills)
	})
}

// defaultOutput returns the format where none is asked for.
func defaultOutput(outputs []string, fallback report.Format) []string {
	if len(outputs) > 0 {
		return nil
	}
	return []string{string(fallback)}
}

// noBill says that a bill can't be made as something can't be loaded; an error of another
// kind stays as it is.
func (a *app) noBill(err error) error {
	if broken, ok := errors.AsType[*sbom.IncompleteError](err); ok {
		fmt.Fprintf(a.Err, "gomend: %v\n", broken)
		return outcome(exitIncomplete)
	}
	return err
}

// eachPlatform makes bills for each platform.
func eachPlatform(ctx context.Context, cfg workspace.Config, platforms []string, read func(context.Context, workspace.Config) ([]*sbom.Bill, error)) ([]*sbom.Bill, error) {
	if len(platforms) == 0 {
		return read(ctx, cfg)
	}
	var all []*sbom.Bill
	for _, name := range platforms {
		p, err := govuln.ParsePlatform(name)
		if err != nil {
			return nil, fmt.Errorf("--platform: %w", err)
		}
		cfg.OS, cfg.Arch = p.OS, p.Arch
		bills, err := read(ctx, cfg)
		if err != nil {
			return nil, err
		}
		all = append(all, bills...)
	}
	return all, nil
}

func (a *app) sbomOptions(ctx context.Context, f *sbomFlags, args []string) (*sbom.Options, error) {
	o := &sbom.Options{Scope: sbom.Program, Patterns: args, Tests: f.tests, Version: f.version, Gomend: thisBuild().Version}
	var err error
	if o.View, err = workspace.ParseView(f.view); err != nil {
		return nil, fmt.Errorf("--view: %w", err)
	}
	switch {
	case f.whole:
		o.Scope = sbom.Workspace
	case len(f.modules) > 0:
		o.Scope = sbom.Module
		code, err := workspace.Open(ctx, workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: f.tags, Log: a.log})
		if err != nil {
			return nil, err
		}
		defer code.Close()
		chosen, err := (&selection{modules: f.modules}).namedModules(code)
		if err != nil {
			return nil, err
		}
		paths := make(map[string]bool)
		for _, m := range chosen {
			paths[m.Path] = true
		}
		o.Modules = func(m *workspace.Module) bool { return paths[m.Path] }
	}
	if len(args) > 0 && o.Scope != sbom.Program {
		return nil, fmt.Errorf("a bill of a %s is of all of it: name no packages", o.Scope)
	}
	if epoch := a.getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("SOURCE_DATE_EPOCH=%s is no number of seconds", epoch)
		}
		o.Time = time.Unix(seconds, 0)
	}
	return o, nil
}

// sbomDir writes a document for each bill.
func (a *app) sbomDir(dir string, bills []*sbom.Bill) error {
	dir = a.absolute(dir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	names := make(map[string]*sbom.Bill)
	for _, b := range bills {
		name := path.Base(b.Product.Path)
		if _, major, ok := strings.Cut(name, "v"); ok && major != "" && strings.Trim(major, "0123456789") == "" {
			name = path.Base(path.Dir(b.Product.Path))
		}
		same := func(o *sbom.Bill) bool { return o != b && o.Product.Path == b.Product.Path }
		if slices.ContainsFunc(bills, same) {
			name += "-" + b.Platform.OS + "-" + b.Platform.Arch
		}
		if names[name] != nil {
			name = strings.ReplaceAll(b.Product.Path, "/", "-") + strings.TrimPrefix(name, path.Base(b.Product.Path))
		}
		names[name] = b
	}
	for name, b := range names {
		var out bytes.Buffer
		if err := b.Write(&out, sbom.JSON); err != nil {
			return fmt.Errorf("bill of %s: %w", b.Product.Path, err)
		}
		if err := tree.Replace(filepath.Join(dir, name+".cdx.json"), out.Bytes()); err != nil {
			return err
		}
	}
	if !a.quiet {
		for _, name := range slices.Sorted(maps.Keys(names)) {
			fmt.Fprintf(a.Err, "wrote %s\n", displayName(a.Dir, filepath.Join(dir, name+".cdx.json")))
		}
	}
	return nil
}

// sbomVerify compares a program with the code that it was built from.
func (a *app) sbomVerify(ctx context.Context, f *sbomFlags, cfg workspace.Config, o *sbom.Options, outputs []report.Output) error {
	built, err := sbom.ReadBinary(a.absolute(f.verify))
	if err != nil {
		return err
	}
	if len(o.Patterns) == 0 {
		o.Patterns = []string{built.Path}
	}
	bills, err := sbom.Read(ctx, built.Config(cfg), *o)
	if err != nil {
		return a.noBill(err)
	}
	if len(bills) != 1 || bills[0].Product.Path != built.Path {
		return fmt.Errorf("%s was built from %s, and not from what was named", f.verify, built.Path)
	}
	drift := bills[0].Verify(built)
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteDrift(w, out.Format, bills[0], drift)
	})
	if err == nil && !a.quiet {
		fmt.Fprintf(a.Err, "%s against %s (%s): %s of drift\n", displayName(a.Dir, built.File), built.Path, built.Platform, count(len(drift), "place", "places"))
	}
	if err == nil && len(drift) > 0 {
		return outcome(exitFindings)
	}
	return err
}

// sbomBase tells what changes since a revision.
func (a *app) sbomBase(ctx context.Context, f *sbomFlags, cfg workspace.Config, o *sbom.Options, outputs []report.Output, head []*sbom.Bill) error {
	base, err := eachPlatform(ctx, cfg, f.platforms, func(ctx context.Context, cfg workspace.Config) ([]*sbom.Bill, error) {
		return sbom.Since(ctx, cfg, f.base, *o)
	})
	if err != nil {
		return a.noBill(err)
	}
	same := func(b *sbom.Bill) func(*sbom.Bill) bool {
		return func(o *sbom.Bill) bool {
			return o.Platform == b.Platform && (o.Product.Path == b.Product.Path || o.Scope == sbom.Workspace)
		}
	}
	var all []report.BillChange
	for _, b := range head {
		c := report.BillChange{Bill: b}
		before := new(sbom.Bill)
		if i := slices.IndexFunc(base, same(b)); i >= 0 {
			before = base[i]
		} else {
			c.New = true
		}
		c.Changes = sbom.Compare(before, b)
		all = append(all, c)
	}
	for _, b := range base {
		if !slices.ContainsFunc(head, same(b)) {
			all = append(all, report.BillChange{Bill: b, Gone: true, Changes: sbom.Compare(b, new(sbom.Bill))})
		}
	}
	slices.SortStableFunc(all, func(a, b report.BillChange) int { return cmp.Compare(a.Bill.Product.Path, b.Bill.Product.Path) })
	return report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteBillChanges(w, out.Format, all)
	})
}
