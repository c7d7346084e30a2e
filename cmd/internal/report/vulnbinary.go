package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/vulndb"
)

// VulnBinaryFormats returns the formats for vulnerabilities of programs.
func VulnBinaryFormats() []Format { return []Format{Text, JSON} }

// Binaries are programs with their vulnerabilities, and how these are written.
type Binaries struct {
	Programs  []*govuln.Binary
	Databases []*vulndb.Database

	// Differences are those from the code, of the programs that were compared with it.
	Differences map[*govuln.Binary][]govuln.Difference

	All   bool // show what is only required, and every vulnerable function
	Color bool
	Path  func(file string) string // the name to show for a file
}

// WriteBinaries writes vulnerabilities of programs, in one of the [VulnBinaryFormats].
func WriteBinaries(w io.Writer, f Format, b *Binaries) error {
	switch f {
	case Text:
		return b.writeText(w)
	case JSON:
		return b.writeJSON(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(VulnBinaryFormats()))
}

func (b *Binaries) writeText(w io.Writer) error {
	var out strings.Builder
	paintIf := brush(b.Color)
	for _, p := range b.Programs {
		fmt.Fprintf(&out, "%s: %s, built with %s for %s\n", paintIf.paint(bold, b.Path(p.File)), printable(p.Path), p.Go, p.Platform)
		if p.Stripped {
			out.WriteString("  it is stripped: which packages and functions it has is not known\n")
		}
		findings := slices.SortedStableFunc(slices.Values(p.Findings), func(a, b *govuln.BinaryFinding) int { return cmp.Compare(b.Level, a.Level) })
		for _, f := range findings {
			if f.Level == govuln.Required && !b.All {
				continue
			}
			g := advisoryGroup{Entry: f.Advisory}
			fmt.Fprintf(&out, "  %s %s %s\n", paintIf.paint(bold, f.Advisory.ID), paintIf.paint(vulnPaint(f.Level), f.Level.String()+":"), printable(oneLine(g.summary())))
			fmt.Fprintf(&out, "    %s, %s\n", printable(nameVersion(f.Dependency, f.Version)), fixText(f.Dependency, f.Fixed))
			if text := b.has(f); text != "" {
				fmt.Fprintf(&out, "    it has %s\n", printable(text))
			}
		}
		for _, d := range b.Differences[p] {
			fmt.Fprintf(&out, "  %s %s in the code, %s in the program: %s\n", d.Advisory.ID, levelText(d.InCode), levelText(d.InProgram), d.Why())
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// levelText names a level, of which there may be none.
func levelText(l govuln.Level) string {
	if l == 0 {
		return "nothing"
	}
	return l.String()
}

// has tells what vulnerable things are in a program.
func (b *Binaries) has(f *govuln.BinaryFinding) string {
	if len(f.Symbols) == 0 {
		return packagesText(f.Packages)
	}
	const most = 3
	var names []string
	for _, s := range f.Symbols {
		names = append(names, s.Package+"."+s.Name)
	}
	if len(names) > most && !b.All {
		return fmt.Sprintf("%s and %s more (--all shows them)", strings.Join(names[:most], ", "), plural(len(names)-most, "vulnerable function"))
	}
	return strings.Join(names, ", ")
}

// WriteBinarySummary writes how much was found, and in how many programs.
func WriteBinarySummary(w io.Writer, b *Binaries) error {
	levels := make(map[string]govuln.Level)
	elsewhere := make(map[string]bool)
	for _, p := range b.Programs {
		for _, f := range p.Findings {
			levels[f.Advisory.ID] = max(levels[f.Advisory.ID], f.Level)
		}
		for _, e := range p.Elsewhere {
			elsewhere[e.ID] = true
		}
	}
	counts := make(map[govuln.Level]int)
	for _, l := range levels {
		counts[l]++
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s in %s: %d called, %d imported, %d required\n", plural(len(levels), "advisory"), plural(len(b.Programs), "program"),
		counts[govuln.Called], counts[govuln.Imported], counts[govuln.Required])
	if len(elsewhere) > 0 {
		fmt.Fprintf(&out, "%s on other platforms alone\n", plural(len(elsewhere), "advisory"))
	}
	for _, p := range b.Programs {
		for _, name := range p.Unknown {
			fmt.Fprintf(&out, "not known: which version of %s is in %s\n", printable(name), b.Path(p.File))
		}
	}
	out.WriteString(databasesText(b.Databases, b.Path))
	_, err := io.WriteString(w, out.String())
	return err
}

// A binaryDocument is the vulnerabilities of programs, in JSON.
type binaryDocument struct {
	Version   int              `json:"version"`
	Databases []databaseInJSON `json:"databases"`
	Programs  []programInJSON  `json:"programs"`
}

type programInJSON struct {
	File      string             `json:"file"`
	Package   string             `json:"package"`
	Module    string             `json:"module,omitempty"`
	Version   string             `json:"module_version,omitempty"`
	Go        string             `json:"go"`
	Platform  string             `json:"platform"`
	Stripped  bool               `json:"stripped"`
	Findings  []inBinaryInJSON   `json:"findings"`
	Unknown   []string           `json:"unknown"` // modules whose version is not known
	Elsewhere []string           `json:"other_platforms"`
	Code      []differenceInJSON `json:"differs_from_code,omitempty"`
}

type differenceInJSON struct {
	Advisory   string `json:"advisory"`
	Dependency string `json:"dependency"`
	InCode     string `json:"in_code"`
	InProgram  string `json:"in_program"`
	Why        string `json:"why"`
}

type inBinaryInJSON struct {
	Advisory   string           `json:"advisory"`
	Aliases    []string         `json:"aliases,omitempty"`
	Summary    string           `json:"summary"`
	URL        string           `json:"url,omitempty"`
	Reviewed   bool             `json:"reviewed"`
	Level      govuln.Level     `json:"level"`
	Precision  govuln.Precision `json:"precision"`
	Dependency string           `json:"dependency"`
	Version    string           `json:"dependency_version"`
	Fixed      string           `json:"fixed,omitempty"`
	Packages   []string         `json:"packages,omitempty"`
	Symbols    []symbolInJSON   `json:"symbols,omitempty"`
}

type symbolInJSON struct {
	Package string `json:"package"`
	Name    string `json:"name"`
}

func (b *Binaries) writeJSON(w io.Writer) error {
	doc := binaryDocument{Version: 1, Databases: databasesInJSON(b.Databases), Programs: []programInJSON{}}
	for _, p := range b.Programs {
		out := programInJSON{
			File: b.Path(p.File), Package: p.Path, Module: p.Module, Version: p.Version, Go: p.Go, Platform: p.Platform.String(),
			Stripped: p.Stripped, Findings: []inBinaryInJSON{}, Unknown: append([]string{}, p.Unknown...), Elsewhere: []string{},
		}
		for _, f := range p.Findings {
			a := f.Advisory
			one := inBinaryInJSON{
				Advisory: a.ID, Aliases: a.Aliases, Summary: cmp.Or(a.Summary, oneLine(a.Details)), URL: a.URL(), Reviewed: a.Reviewed(),
				Level: f.Level, Precision: f.Precision, Dependency: f.Dependency, Version: f.Version, Fixed: f.Fixed, Packages: f.Packages,
			}
			for _, s := range f.Symbols {
				one.Symbols = append(one.Symbols, symbolInJSON(s))
			}
			out.Findings = append(out.Findings, one)
		}
		for _, d := range b.Differences[p] {
			out.Code = append(out.Code, differenceInJSON{d.Advisory.ID, d.Dependency, levelText(d.InCode), levelText(d.InProgram), d.Why()})
		}
		for _, e := range p.Elsewhere {
			out.Elsewhere = append(out.Elsewhere, e.ID)
		}
		doc.Programs = append(doc.Programs, out)
	}
	return writeIndented(w, doc)
}
