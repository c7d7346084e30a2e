package report

import (
	"cmp"
	"errors"
	"fmt"
	"go/version"
	"io"
	"slices"
	"strings"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/remedy"
	"github.com/gomend/gomend/govuln/vulndb"
	"github.com/gomend/gomend/workspace/align"
	"github.com/gomend/gomend/workspace/verify"
)

// RemedyFormats returns the formats for upgrades that end vulnerabilities.
func RemedyFormats() []Format { return []Format{Text, Markdown, JSON} }

// Remedy is the least upgrade that ends vulnerabilities, and how it is written.
type Remedy struct {
	*remedy.Remedy
	Databases []*vulndb.Database

	Written bool // the changes were made
	Tested  bool // the tests were run
	Vetted  bool // what vet says was compared
	All     bool // list all moves, and all changes of what is exported
	Color   bool
	Path    func(file string) string // the name to show for a file
}

// WriteRemedy writes an upgrade, in one of the [RemedyFormats].
func WriteRemedy(w io.Writer, f Format, r *Remedy) error {
	switch f {
	case Text:
		return r.writeText(w)
	case Markdown:
		return r.writeMarkdown(w)
	case JSON:
		return r.writeJSON(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(RemedyFormats()))
}

func (r *Remedy) writeText(w io.Writer) error {
	var b strings.Builder
	paintIf := brush(r.Color)
	for _, m := range r.Modules {
		fmt.Fprintf(&b, "%s: %s of %d that provide packages move%s\n", paintIf.paint(bold, m.Name()), plural(len(m.Moved), "module"), m.Used, goLineText(m))
		for _, f := range m.Floors {
			fmt.Fprintf(&b, "  %s → %s", nameVersion(f.Path, cmp.Or(f.From, "(new)")), f.To)
			if f.Later != "" {
				fmt.Fprintf(&b, ", which asks for less than %s", f.Later)
			}
			fmt.Fprintf(&b, ": %s\n", strings.Join(entryIDs(f.Ends), ", "))
		}
		for _, line := range r.moves(m) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
		for _, c := range m.Costs {
			if text := costText(&c); text != "" {
				fmt.Fprintf(&b, "  %s costs %s beside the others\n", c.Advisory.ID, text)
			}
		}
	}
	for _, c := range r.API {
		if len(c.Incompatible) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s %s → %s: %s\n", c.Package, c.From, c.To, plural(len(c.Incompatible), "incompatible change"))
		for i, text := range c.Incompatible {
			if i == mostChanges && !r.All {
				fmt.Fprintf(&b, "  and %d more (--all shows them)\n", len(c.Incompatible)-i)
				break
			}
			fmt.Fprintf(&b, "  %s\n", printable(oneLine(text)))
		}
	}
	b.WriteString(toolchainText(r.Toolchain, r.Path))
	_, err := io.WriteString(w, b.String())
	return err
}

// mostChanges is how many changes of a package are shown.
const mostChanges = 3

// moves lists the modules that move beside those with floors.
func (r *Remedy) moves(m *remedy.Module) []string {
	floors := make(map[string]bool)
	for _, f := range m.Floors {
		floors[f.Path] = true
	}
	var lines []string
	rest := slices.DeleteFunc(slices.Clone(m.Moved), func(v remedy.Move) bool { return floors[v.Path] })
	for i, v := range rest {
		if i == 5 && !r.All {
			lines = append(lines, fmt.Sprintf("and %d more move with them (--all shows them)", len(rest)-i))
			break
		}
		lines = append(lines, "with them "+moveText(v))
	}
	return lines
}

func moveText(v remedy.Move) string {
	if v.From == "" {
		return fmt.Sprintf("%s %s, which is new", v.Path, v.To)
	}
	return fmt.Sprintf("%s %s → %s", v.Path, v.From, v.To)
}

func goLineText(m *remedy.Module) string {
	if m.GoFrom == m.GoTo {
		return ""
	}
	return fmt.Sprintf(", and the go line: %s → %s", cmp.Or(m.GoFrom, "none"), m.GoTo)
}

// costText tells what an advisory costs beside the others, or "".
func costText(c *remedy.Cost) string {
	var parts []string
	if len(c.Moved) > 0 {
		parts = append(parts, plural(len(c.Moved), "move"))
	}
	if c.Go != "" {
		parts = append(parts, "the go line, which could be "+c.Go)
	}
	return strings.Join(parts, " and ")
}

func entryIDs(entries []*osv.Entry) []string {
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	slices.SortFunc(ids, govuln.CompareIDs)
	return ids
}

// toolchainText tells which release of Go ends advisories of the standard library, and where
// an earlier one is pinned.
func toolchainText(t *govuln.Toolchain, path func(string) string) string {
	if t == nil {
		return ""
	}
	var b strings.Builder
	if t.To != "" {
		fmt.Fprintf(&b, "%s, in the place of %s, ends %s\n", t.To, strings.Join(t.From, ", "), strings.Join(entryIDs(t.Ends), ", "))
	}
	if len(t.Open) > 0 {
		fmt.Fprintf(&b, "no release of Go ends %s\n", strings.Join(entryIDs(t.Open), ", "))
	}
	for _, p := range t.Pins {
		fmt.Fprintf(&b, "  %s:%d:%d: %s %s → %s\n", path(p.Filename), p.Line, p.Column, p.What, p.Version, strings.TrimPrefix(p.To, "go"))
	}
	return b.String()
}

func (r *Remedy) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("## gomend: the least upgrade that ends vulnerabilities\n")
	if len(r.Modules) == 0 {
		b.WriteString("\nThere is nothing to upgrade.\n")
	}
	for _, m := range r.Modules {
		fmt.Fprintf(&b, "\n### %s\n\n%d of %s that provide packages move%s.\n\n", escapeMarkdown(m.Name()), len(m.Moved), plural(m.Used, "module"), goLineText(m))
		b.WriteString("| Dependency | From | To | Ends |\n| --- | --- | --- | --- |\n")
		for _, f := range m.Floors {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.Path, f.From, f.To, strings.Join(entryIDs(f.Ends), ", "))
		}
		floors := make(map[string]bool)
		for _, f := range m.Floors {
			floors[f.Path] = true
		}
		for _, v := range m.Moved {
			if !floors[v.Path] {
				fmt.Fprintf(&b, "| %s | %s | %s | |\n", v.Path, v.From, v.To)
			}
		}
		for _, c := range m.Costs {
			if text := costText(&c); text != "" {
				fmt.Fprintf(&b, "\n%s costs %s beside the others.\n", c.Advisory.ID, text)
			}
		}
	}
	if text := toolchainText(r.Toolchain, r.Path); text != "" {
		fmt.Fprintf(&b, "\n### Standard library\n\n```\n%s```\n", text)
	}
	for _, s := range r.Stays {
		fmt.Fprintf(&b, "\nStays: %s\n", escapeMarkdown(stayText(&s)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func stayText(s *remedy.Stay) string {
	return oneLine(fmt.Sprintf("%s in %s (%s): %s", s.Advisory.ID, s.Module.Name(), s.View, s.Why))
}

// WriteRemedySummary writes what ends, what stays, and what became of the changes.
func WriteRemedySummary(w io.Writer, r *Remedy) error {
	wanted, stays := make(map[string]bool), make(map[string]bool)
	for _, f := range r.Wanted {
		wanted[f.Advisory.ID] = true
	}
	for _, s := range r.Stays {
		stays[s.Advisory.ID] = true
	}
	ends := 0
	for id := range wanted {
		if !stays[id] {
			ends++
		}
	}
	var b strings.Builder
	var told []string
	for i := range r.Stays {
		if s := &r.Stays[i]; s.Dependency != osv.Stdlib { // the toolchain is told of
			told = appendNew(told, "stays: "+printable(stayText(s)))
		}
	}
	for i := range r.Before.Failures {
		told = append(told, "not looked at: "+printable(oneLine(r.Before.Failures[i].Error())))
	}
	for _, line := range told {
		fmt.Fprintf(&b, "%s\n", line)
	}
	switch p := r.Proof; {
	case len(wanted) == 0:
		b.WriteString("nothing is to end\n")
	case p == nil:
		fmt.Fprintf(&b, "%s: no upgrade of a dependency ends any\n", plural(len(wanted), "advisory"))
	default:
		for i := range p.Worse {
			fmt.Fprintf(&b, "worse: %s\n", regressionText(&p.Worse[i]))
		}
		for i := range p.Flaky {
			fmt.Fprintf(&b, "flaky: %s\n", regressionText(&p.Flaky[i]))
		}
		for i := range p.Failures {
			fmt.Fprintf(&b, "can't be tidied: %s\n", oneLine(p.Failures[i].Error()))
		}
		for _, l := range p.Left {
			fmt.Fprintf(&b, "does harm: %s: %s\n", l.What, oneLine(l.Err.Error()))
		}
		if !r.Sound() {
			b.WriteString("nothing was written: the upgrade is made as a whole, or not at all (--partial leaves out what does harm, --advisory chooses what is to end)\n")
			b.WriteString(r.lineFirst())
			break
		}
		checked := []string{"builds"}
		if r.Vetted {
			checked = append(checked, "vet findings")
		}
		if r.Tested {
			checked = append(checked, "tests")
		}
		fmt.Fprintf(&b, "ends %d of %s: %s are as before, in both views\n", ends, plural(len(wanted), "advisory"), and(checked))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lineFirst names the command that raises the go lines without harm, where the upgrade raises
// one and vet has more to say by it; else it returns "".
func (r *Remedy) lineFirst() string {
	worse := slices.Clone(r.Proof.Worse)
	for _, l := range r.Proof.Left {
		var harm *align.WorseError
		if errors.As(l.Err, &harm) {
			worse = append(worse, harm.Worse...)
		}
	}
	if !slices.ContainsFunc(worse, func(w verify.Regression) bool { return w.Kind == verify.Vet }) {
		return ""
	}
	to := ""
	for _, m := range r.Modules {
		if m.GoFrom != m.GoTo && version.Compare("go"+to, "go"+m.GoTo) < 0 {
			to = m.GoTo
		}
	}
	if to == "" {
		return ""
	}
	return fmt.Sprintf("the go line rises to %s, by which vet looks at more: \"gomend upgrade apply go@%s\" raises it and mends that, --vet=false leaves it aside\n",
		to, strings.TrimPrefix(version.Lang("go"+to), "go"))
}
