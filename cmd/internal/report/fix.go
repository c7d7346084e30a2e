package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/mend"
)

// FixFormats returns the formats for what fixing comes to.
func FixFormats() []Format { return []Format{Text, Markdown, JSON, HTML} }

// Fixes are what applying fixers comes to, and how that is written.
type Fixes struct {
	*mend.Result

	All   bool // list every place that is left
	Quiet bool // tell only what is wrong
	Diff  bool // nothing was written

	// Path returns the name to show for a file.
	Path func(file string) string
}

// WriteFixes writes what is fixed, in one of the [FixFormats].
func WriteFixes(w io.Writer, f Format, x *Fixes) error {
	switch f {
	case Text:
		return x.writeText(w)
	case Markdown:
		return x.writeMarkdown(w)
	case JSON:
		return x.writeJSON(w)
	case HTML:
		return x.writePage(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(FixFormats()))
}

// A fixerCount is what a fixer did.
type fixerCount struct {
	name                          string
	sites, files, modules         int
	dropped, suggestions, remains int
}

// countFixers counts what each fixer did and left, sorted by name.
func countFixers(r *mend.Result) []fixerCount {
	counts := make(map[string]*fixerCount)
	of := func(name string) *fixerCount {
		if counts[name] == nil {
			counts[name] = &fixerCount{name: name}
		}
		return counts[name]
	}
	files, modules := make(map[[2]string]bool), make(map[[2]string]bool)
	for _, s := range r.Applied {
		c := of(s.Fixer)
		c.sites++
		if key := [2]string{s.Fixer, s.Pos.Filename}; !files[key] {
			files[key] = true
			c.files++
		}
		if key := [2]string{s.Fixer, s.Module.Dir}; !modules[key] {
			modules[key] = true
			c.modules++
		}
	}
	for _, s := range r.Dropped {
		of(s.Fixer).dropped++
	}
	for _, s := range r.Left {
		if s.Tier == fix.Suggestion {
			of(s.Fixer).suggestions++
		} else {
			of(s.Fixer).remains++
		}
	}
	var all []fixerCount
	for _, c := range counts {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b fixerCount) int { return strings.Compare(a.name, b.name) })
	return all
}

func (x *Fixes) writeText(w io.Writer) error {
	if len(x.Applied) == 0 {
		return nil
	}
	return writeFixerTable(w, countFixers(x.Result))
}

// writeFixerTable writes what fixers did, a line each.
func writeFixerTable(w io.Writer, counts []fixerCount) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "fixer\tsites\tfiles\tmodules\tdropped\tsuggestions\tleft\t")
	for _, c := range counts {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", c.name, c.sites, c.files, c.modules, c.dropped, c.suggestions, c.remains)
	}
	return table.Flush()
}

func (x *Fixes) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	writeFixerMarkdown(&b, countFixers(x.Result))
	writeSitesMarkdown(&b, "Not made", x.Dropped, x.Path)
	writeSitesMarkdown(&b, "Left", x.told(), x.Path)
	_, err := io.WriteString(w, b.String())
	return err
}

func writeFixerMarkdown(b *strings.Builder, counts []fixerCount) {
	b.WriteString("| Fixer | Sites | Files | Modules | Dropped | Suggestions | Left |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, c := range counts {
		fmt.Fprintf(b, "| %s | %d | %d | %d | %d | %d | %d |\n", c.name, c.sites, c.files, c.modules, c.dropped, c.suggestions, c.remains)
	}
}

func writeSitesMarkdown(b *strings.Builder, title string, sites []mend.Site, path func(string) string) {
	if len(sites) == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details><summary>%s: %d</summary>\n\n", title, len(sites))
	for _, s := range sites {
		fmt.Fprintf(b, "- %s:%d %s: %s\n", markdownText(path(s.Pos.Filename)), s.Pos.Line, fixerName(s), markdownText(oneLine(s.Why)))
	}
	b.WriteString("\n</details>\n")
}

// markdownText returns text that means itself in Markdown.
func markdownText(text string) string {
	var b strings.Builder
	for _, c := range printable(text) {
		if strings.ContainsRune("\\`*_[]<>|#", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// fixerName returns the fixer and the kind of a site.
func fixerName(s mend.Site) string {
	if s.Kind == "" {
		return s.Fixer
	}
	return s.Fixer + "/" + s.Kind
}

// told returns the places that are left and are told one by one: all, or those that are no
// suggestions and for which the file is not the reason.
func (x *Fixes) told() []mend.Site {
	return slices.DeleteFunc(slices.Clone(x.Left), func(s mend.Site) bool { return !x.All && s.Tier != fix.Left })
}

// WriteFixRemarks writes what was not done, and why.
func WriteFixRemarks(w io.Writer, x *Fixes) error {
	var b strings.Builder
	for _, s := range x.Dropped {
		fmt.Fprintf(&b, "%s:%d: not made by %s: %s\n", x.Path(s.Pos.Filename), s.Pos.Line, fixerName(s), oneLine(s.Why))
	}
	for i := range x.Modules {
		fmt.Fprintf(&b, "not looked at: %s\n", oneLine(x.Modules[i].Error()))
	}
	for _, f := range x.Failures {
		fmt.Fprintf(&b, "not looked at: %s on %s: %s\n", f.Package, f.Context, oneLine(f.Err.Error()))
	}
	if !x.Quiet {
		x.remarks(&b)
	}
	_, err := io.WriteString(w, printableLines(b.String()))
	return err
}

func (x *Fixes) remarks(b *strings.Builder) {
	const shown = 10
	told := x.told()
	for i, s := range told {
		if i == shown && !x.All {
			fmt.Fprintf(b, "%s more are left: --all lists them\n", plural(len(told)-shown, "place"))
			break
		}
		fmt.Fprintf(b, "%s:%d: left by %s: %s\n", x.Path(s.Pos.Filename), s.Pos.Line, fixerName(s), oneLine(s.Why))
	}
	reasons := make(map[string]int)
	for _, s := range x.Left {
		if s.Tier != fix.Left && !x.All {
			reasons[strings.SplitN(s.Why, ":", 2)[0]]++
		}
	}
	for _, reason := range slices.SortedFunc(maps.Keys(reasons), func(a, b string) int { return cmp.Or(reasons[b]-reasons[a], strings.Compare(a, b)) }) {
		switch reason {
		case "a suggestion":
			fmt.Fprintf(b, "%s: --unsafe-fixes makes them, --all lists them\n", plural(reasons[reason], "suggestion"))
		default:
			fmt.Fprintf(b, "%s left as they are: %s\n", plural(reasons[reason], "place"), reason)
		}
	}
	if n := len(x.Unreached); n > 0 {
		fmt.Fprintf(b, "%s that no build has: %s\n", plural(n, "file"), x.Path(x.Unreached[0]))
	}
	switch {
	case len(x.Applied) == 0:
		fmt.Fprintf(b, "nothing to fix in %s\n", plural(x.Packages, "package"))
	case x.Diff:
		fmt.Fprintf(b, "%s in %s; nothing was written\n", countOf(len(x.Applied), "fix", "fixes"), plural(len(x.Changes), "file"))
	default:
		fmt.Fprintf(b, "%s in %s\n", countOf(len(x.Applied), "fix", "fixes"), plural(len(x.Changes), "file"))
	}
}

func countOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// printableLines returns lines without the characters that a terminal would obey.
func printableLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

type fixDocument struct {
	Version   int              `json:"version"`
	Applied   []fixSite        `json:"applied"`
	Dropped   []fixSite        `json:"dropped"`
	Left      []fixSite        `json:"left"`
	Files     []string         `json:"files"`
	Unreached []string         `json:"unreached"`
	Failures  []failedLookJSON `json:"failures"`
	Costs     []costJSON       `json:"costs"`
}

// costJSON is what a build context took, in seconds.
type costJSON struct {
	Context string  `json:"context"`
	Load    float64 `json:"loadSeconds"`
	Pass    float64 `json:"passSeconds"`
	Settle  float64 `json:"settleSeconds"`
}

func costs(r *mend.Result) []costJSON {
	all := []costJSON{}
	for _, c := range r.Costs {
		all = append(all, costJSON{c.Context, c.Load.Seconds(), c.Pass.Seconds(), c.Settle.Seconds()})
	}
	return all
}

type fixSite struct {
	Fixer   string   `json:"fixer"`
	Kind    string   `json:"kind,omitempty"`
	Tier    fix.Tier `json:"tier"`
	Module  string   `json:"module"`
	Package string   `json:"package"`
	File    string   `json:"file"`
	Line    int      `json:"line"`
	Column  int      `json:"column"`
	NewLine int      `json:"newLine,omitempty"`
	Message string   `json:"message"`
	Why     string   `json:"why,omitempty"`

	// Executed is set by upgrades.
	Executed *bool `json:"executed,omitempty"`
}

type failedLookJSON struct {
	Package string `json:"package,omitempty"`
	Module  string `json:"module,omitempty"`
	Context string `json:"context,omitempty"`
	Error   string `json:"error"`
}

func fixSites(sites []mend.Site, path func(string) string) []fixSite {
	all := []fixSite{}
	for _, s := range sites {
		all = append(all, fixSite{
			Fixer: s.Fixer, Kind: s.Kind, Tier: s.Tier, Module: s.Module.Name(), Package: s.Package, File: path(s.Pos.Filename),
			Line: s.Pos.Line, Column: s.Pos.Column, NewLine: s.Line, Message: s.Message, Why: s.Why,
		})
	}
	return all
}

func failedLooks(r *mend.Result) []failedLookJSON {
	all := []failedLookJSON{}
	for i := range r.Modules {
		all = append(all, failedLookJSON{Module: r.Modules[i].Module.Name(), Error: r.Modules[i].Error()})
	}
	for _, f := range r.Failures {
		all = append(all, failedLookJSON{Package: f.Package, Context: f.Context, Error: f.Err.Error()})
	}
	return all
}

func (x *Fixes) writeJSON(w io.Writer) error {
	doc := fixDocument{
		Version: 1, Applied: fixSites(x.Applied, x.Path), Dropped: fixSites(x.Dropped, x.Path), Left: fixSites(x.Left, x.Path),
		Files: []string{}, Unreached: []string{}, Failures: failedLooks(x.Result), Costs: costs(x.Result),
	}
	for _, c := range x.Changes {
		doc.Files = append(doc.Files, x.Path(c.File))
	}
	for _, name := range x.Unreached {
		doc.Unreached = append(doc.Unreached, x.Path(name))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}
