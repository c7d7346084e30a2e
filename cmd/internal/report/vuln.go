package report

import (
	"cmp"
	"fmt"
	"go/ast"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/reach"
	"github.com/gomend/gomend/govuln/vulndb"
	"github.com/gomend/gomend/workspace"
)

// VulnFormats returns the formats for vulnerabilities.
func VulnFormats() []Format { return []Format{Text, JSON, Markdown, SARIF, GitHub, OpenVEX} }

// OpenVEX is a document with statements about what is affected. It is written by package vex.
const OpenVEX Format = "openvex"

// Seen is a vulnerable function that a profile has seen.
type Seen struct {
	govuln.Sighting
	Profile string // its file
}

// Vulns are the vulnerabilities of a code base, and how they are written.
type Vulns struct {
	*govuln.Result
	Databases []*vulndb.Database

	All   bool // show what is only required, and every way to vulnerable functions
	Color bool

	// Accepted returns the acceptance of a finding, or nil; Wrong are acceptances that fail,
	// each with its place and the reason.
	Accepted func(*govuln.Finding) *config.Acceptance
	Wrong    []string

	// Cleared returns by whom and why a finding does not count, or ""; Seen returns what
	// profiles have seen of it.
	Cleared func(*govuln.Finding) string
	Seen    func(*govuln.Finding) []Seen

	// Path returns the name to show for a file, and InRepository that relative to the
	// repository's root, with slashes.
	Path, InRepository func(file string) string

	// Since tells what became of the findings since a revision; nil if none was named.
	Since *govuln.Comparison

	// Toolchain is what ends the advisories of the standard library; nil if there are none.
	Toolchain *govuln.Toolchain

	Gomend string // its version

	hashes map[string][]string // of the lines of files
}

// WriteVulns writes vulnerabilities, in one of the [VulnFormats].
func WriteVulns(w io.Writer, f Format, v *Vulns) error {
	switch f {
	case Text:
		return v.writeText(w)
	case JSON:
		return v.writeJSON(w)
	case Markdown:
		return v.writeMarkdown(w)
	case SARIF:
		return v.writeSARIF(w)
	case GitHub:
		return v.writeGitHub(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(VulnFormats()))
}

// An advisoryGroup is what was found of one advisory.
type advisoryGroup struct {
	*osv.Entry
	level    govuln.Level
	findings []*govuln.Finding
}

// groups returns what was found by advisory: those that are called first.
func (v *Vulns) groups() []advisoryGroup {
	var groups []advisoryGroup
	for _, f := range v.Findings { // sorted by advisory
		n := len(groups)
		if n == 0 || groups[n-1].ID != f.Advisory.ID {
			groups = append(groups, advisoryGroup{Entry: f.Advisory})
			n++
		}
		g := &groups[n-1]
		g.level = max(g.level, f.Level)
		g.findings = append(g.findings, f)
	}
	slices.SortStableFunc(groups, func(a, b advisoryGroup) int { return cmp.Compare(b.level, a.level) })
	return groups
}

func vulnPaint(l govuln.Level) paint {
	switch l {
	case govuln.Called:
		return boldRed
	case govuln.Imported:
		return boldYellow
	}
	return boldCyan
}

func (v *Vulns) writeText(w io.Writer) error {
	var b strings.Builder
	b1 := brush(v.Color)
	for _, g := range v.groups() {
		if g.level == govuln.Required && !v.All {
			continue
		}
		fmt.Fprintf(&b, "%s %s %s\n", b1.paint(bold, g.ID), b1.paint(vulnPaint(g.level), g.level.String()+":"), printable(oneLine(g.summary())))
		for _, line := range v.lines(&g) {
			fmt.Fprintf(&b, "  %s\n", printable(line))
		}
		if text := v.originText(g.findings); text != "" {
			fmt.Fprintf(&b, "  %s\n", text)
		}
		for _, line := range v.remarks(&g) {
			fmt.Fprintf(&b, "  %s\n", printable(line))
		}
		if url := g.URL(); url != "" {
			fmt.Fprintf(&b, "  %s\n", b1.paint(dim, printable(url)))
		}
	}
	for _, text := range v.fixed() {
		fmt.Fprintf(&b, "fixed by this change: %s\n", text)
	}
	b.WriteString(toolchainText(v.Toolchain, v.Path))
	_, err := io.WriteString(w, b.String())
	return err
}

// summary says what the advisory is about.
func (g *advisoryGroup) summary() string {
	summary := cmp.Or(g.Summary, oneLine(g.Details))
	if !g.Reviewed() {
		summary += " (not reviewed)"
	}
	return summary
}

// lines tells what was found: a dependency a line, with its fix, and below it the modules.
func (v *Vulns) lines(g *advisoryGroup) []string {
	type dependency struct{ path, version, fixed string }
	var order []dependency
	byDependency := make(map[dependency][]*govuln.Finding)
	for _, f := range g.findings {
		d := dependency{f.Dependency, f.Version, f.Fixed}
		if byDependency[d] == nil {
			order = append(order, d)
		}
		byDependency[d] = append(byDependency[d], f)
	}
	var lines []string
	for _, d := range order {
		lines = append(lines, fmt.Sprintf("%s, %s", nameVersion(d.path, d.version), fixText(d.path, d.fixed)))
		for _, level := range []govuln.Level{govuln.Called, govuln.Imported, govuln.Required} {
			lines = append(lines, v.modules(byDependency[d], level)...)
		}
	}
	return lines
}

// modules tells the modules of findings of a level. What is the same in both views and on
// all platforms is told once.
func (v *Vulns) modules(findings []*govuln.Finding, level govuln.Level) []string {
	type told struct{ text, where string }
	var order []told
	seen := make(map[told][]string)
	add := func(t told, place string) {
		if seen[t] == nil {
			order = append(order, t)
		}
		if !slices.Contains(seen[t], place) {
			seen[t] = append(seen[t], place)
		}
	}
	for _, f := range findings {
		if f.Level != level {
			continue
		}
		suffix := ""
		switch f.Kind() {
		case govuln.InTests:
			suffix = ", in tests"
		case govuln.InTools:
			suffix = ", in tools"
		}
		place := v.place(f)
		switch level {
		case govuln.Called:
			calls, more := nearestFirst(f.Calls), ""
			if len(calls) > 1 && !v.All {
				more = fmt.Sprintf("; %s more (--all shows them)", plural(len(calls)-1, "vulnerable function"))
				calls = calls[:1]
			}
			for _, c := range calls {
				add(told{v.callText(f.Module, &c) + suffix + more, f.Module.Rel}, place)
			}
		case govuln.Imported:
			why := ""
			switch f.Precision {
			case govuln.ByPackage:
				why = "; the advisory names no functions"
			case govuln.ByModule:
				why = "; the advisory names no packages"
			}
			add(told{"imports " + packagesText(f.Packages) + suffix + why, f.Module.Rel}, place)
		default:
			add(told{"requires it, and imports nothing of it that is vulnerable", f.Module.Rel}, place)
		}
	}
	var lines []string
	for _, t := range order {
		lines = append(lines, fmt.Sprintf("  %s%s: %s", t.where, v.places(seen[t]), t.text))
	}
	return lines
}

// nearestFirst sorts calls by how far the vulnerable function is, those of exported ones
// first.
func nearestFirst(calls []govuln.Call) []govuln.Call {
	hidden := func(c govuln.Call) int {
		if ast.IsExported(c.Symbol[strings.LastIndex(c.Symbol, ".")+1:]) && ast.IsExported(c.Symbol) {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(calls), func(a, b govuln.Call) int {
		return cmp.Or(cmp.Compare(len(a.Trace), len(b.Trace)), cmp.Compare(hidden(a), hidden(b)))
	})
}

// place names the view and platform of a finding.
func (v *Vulns) place(f *govuln.Finding) string {
	return string(f.View) + " " + f.Platform.String()
}

// places tells views and platforms, unless they are all that were looked at.
func (v *Vulns) places(seen []string) string {
	var all []string
	for _, s := range v.Scanned {
		if p := string(s.View) + " " + s.Platform.String(); !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	if len(seen) == len(all) {
		return ""
	}
	platforms := make(map[string]bool)
	for _, p := range all {
		_, platform, _ := strings.Cut(p, " ")
		platforms[platform] = true
	}
	var names []string
	for _, p := range seen {
		view, platform, _ := strings.Cut(p, " ")
		if len(platforms) == 1 {
			names = append(names, view)
		} else {
			names = append(names, view+" "+platform)
		}
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// callText tells a way to a vulnerable function.
func (v *Vulns) callText(m *workspace.Module, c *govuln.Call) string {
	first, last := c.Trace[0], c.Trace[len(c.Trace)-1]
	text := fmt.Sprintf("%s calls %s", functionName(first), functionName(last))
	if len(c.Trace) > 2 {
		text = fmt.Sprintf("%s calls %s, by which %s is reached", functionName(first), functionName(c.Trace[1]), functionName(last))
	}
	if first.File == "" {
		return text
	}
	return fmt.Sprintf("%s:%d:%d: %s", v.Path(filepath.Join(m.Dir, filepath.FromSlash(first.File))), first.Line, first.Column, text)
}

// functionName returns a function's name with that of its package.
func functionName(f reach.Frame) string {
	pkg := f.Package[strings.LastIndex(f.Package, "/")+1:]
	switch {
	case f.Receiver == "":
		return pkg + "." + f.Function
	case strings.HasPrefix(f.Receiver, "*"):
		return fmt.Sprintf("(*%s.%s).%s", pkg, f.Receiver[1:], f.Function)
	}
	return fmt.Sprintf("%s.%s.%s", pkg, f.Receiver, f.Function)
}

// packagesText lists packages, of many the first ones.
func packagesText(paths []string) string {
	const most = 3
	if len(paths) <= most {
		return strings.Join(paths, ", ")
	}
	return fmt.Sprintf("%s and %d more packages", strings.Join(paths[:most], ", "), len(paths)-most)
}

// nameVersion names a module with its version; the standard library by its Go release.
func nameVersion(path, version string) string {
	if path == osv.Stdlib {
		return "standard library of " + osv.ToGo(version)
	}
	return path + " " + version
}

func fixText(path, fixed string) string {
	switch {
	case fixed == "":
		return "no version mends it"
	case path == osv.Stdlib:
		return "mended in " + osv.ToGo(fixed)
	}
	return "mended in " + fixed
}

func (v *Vulns) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("## gomend: known vulnerabilities\n\n")
	groups := v.groups()
	if len(groups) == 0 {
		b.WriteString("None was found.\n")
	} else {
		b.WriteString(v.markdownHead())
	}
	for _, g := range groups {
		var dependencies, fixes, modules []string
		for _, f := range g.findings {
			dependencies = appendNew(dependencies, nameVersion(f.Dependency, f.Version))
			fixes = appendNew(fixes, cmp.Or(fixName(f.Dependency, f.Fixed), "none"))
			if f.Level == g.level {
				modules = appendNew(modules, f.Module.Rel)
			}
		}
		origin := ""
		if v.Since != nil {
			origin = " " + escapeMarkdown(string(v.origin(g.findings))) + " |"
		}
		fmt.Fprintf(&b, "| [%s](%s) | %s | %s | %s | %s | %s |%s\n", g.ID, g.URL(), g.level, escapeMarkdown(oneLine(g.summary())),
			escapeMarkdown(strings.Join(dependencies, ", ")), escapeMarkdown(strings.Join(fixes, ", ")), escapeMarkdown(strings.Join(modules, ", ")), origin)
	}
	for _, text := range v.fixed() {
		fmt.Fprintf(&b, "\nFixed by this change: %s\n", text)
	}
	if text := toolchainText(v.Toolchain, v.Path); text != "" {
		fmt.Fprintf(&b, "\n```\n%s```\n", text)
	}
	for i := range v.Failures {
		fmt.Fprintf(&b, "\nNot looked at: %s\n", escapeMarkdown(oneLine(v.Failures[i].Error())))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (v *Vulns) markdownHead() string {
	head := "| Advisory | | What | Dependency | Mended in | Modules |\n| --- | --- | --- | --- | --- | --- |"
	if v.Since != nil {
		head = "| Advisory | | What | Dependency | Mended in | Modules | Since |\n| --- | --- | --- | --- | --- | --- | --- |"
	}
	return head + "\n"
}

func fixName(path, fixed string) string {
	if path == osv.Stdlib && fixed != "" {
		return osv.ToGo(fixed)
	}
	return fixed
}

func appendNew(list []string, item string) []string {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

// WriteVulnSummary writes how much was found, in what, and what could not be looked at.
func WriteVulnSummary(w io.Writer, v *Vulns) error {
	counts := make(map[govuln.Level]int)
	for _, g := range v.groups() {
		counts[g.level]++
	}
	modules := make(map[string]bool)
	for _, s := range v.Scanned {
		modules[s.Module.Dir] = true
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s: %d called, %d imported, %d required", plural(len(v.groups()), "advisory"), plural(len(modules), "module"),
		counts[govuln.Called], counts[govuln.Imported], counts[govuln.Required])
	if counts[govuln.Required] > 0 && !v.All {
		b.WriteString(" (--all shows them)")
	}
	b.WriteString("\n")
	if len(v.Elsewhere) > 0 {
		fmt.Fprintf(&b, "%s on other platforms alone\n", plural(len(v.Elsewhere), "advisory"))
	}
	for _, u := range v.Unknown {
		fmt.Fprintf(&b, "not known: %s has the directory %s in the place of %s, whose version that is nobody knows: %s\n",
			u.Module.Name(), u.Directory, u.Dependency, strings.Join(u.Advisories, ", "))
	}
	for _, text := range v.Wrong {
		fmt.Fprintf(&b, "%s\n", printable(oneLine(text)))
	}
	for i := range v.Failures {
		fmt.Fprintf(&b, "not looked at: %s\n", printable(oneLine(v.Failures[i].Error())))
	}
	if s := v.Since; s != nil {
		for i := range s.Failures {
			fmt.Fprintf(&b, "not looked at in commit %.12s, what is found there counts as new: %s\n", s.Commit, printable(oneLine(s.Failures[i].Error())))
		}
		fmt.Fprintf(&b, "compared with commit %.12s of %s\n", s.Commit, s.Time.UTC().Format("2006-01-02"))
	}
	b.WriteString(databasesText(v.Databases, v.Path))
	_, err := io.WriteString(w, b.String())
	return err
}

// databasesText tells of when databases are, a line each.
func databasesText(databases []*vulndb.Database, path func(string) string) string {
	var b strings.Builder
	for _, d := range databases {
		name := d.Name
		if !strings.Contains(name, "://") {
			name = path(name)
		}
		fmt.Fprintf(&b, "database: %s, as of %s\n", name, d.Modified.UTC().Format("2006-01-02"))
	}
	return b.String()
}
