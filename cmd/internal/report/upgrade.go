package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/gomend/gomend/fixers/audit"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/mend"
	"github.com/gomend/gomend/fixers/upgrade"
	"github.com/gomend/gomend/workspace/pins"
)

// An Upgrade is what moving a code base to a newer Go comes to, and how it is written.
type Upgrade struct {
	*upgrade.Result

	All   bool // list every place that is left
	Quiet bool // tell only what is wrong
	Plan  bool // nothing was written

	// Path returns the name to show for a file.
	Path func(file string) string
}

// WriteUpgrade writes what an upgrade changes, in one of the [FixFormats].
func WriteUpgrade(w io.Writer, f Format, u *Upgrade) error {
	switch f {
	case Text:
		return u.writeText(w)
	case Markdown:
		return u.writeMarkdown(w)
	case JSON:
		return u.writeJSON(w)
	case HTML:
		return u.writePage(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(FixFormats()))
}

func (u *Upgrade) audit() *Audit {
	return &Audit{Report: u.Result.Audit, All: u.All, Quiet: u.Quiet, Path: u.Path}
}

func (u *Upgrade) writeText(w io.Writer) error {
	if u.Nothing() {
		return nil
	}
	if err := (&Align{Result: u.Lines.Result}).writeRaised(w); err != nil {
		return err
	}
	var b strings.Builder
	if u.Tools != nil {
		for _, l := range u.Tools.Lines {
			fmt.Fprintf(&b, "%s\n  tool %s, for the import in %s:%d\n", l.Module.Name(), l.Path, u.Path(l.From.Filename), l.From.Line)
		}
	}
	for _, p := range u.Pins.Raised {
		fmt.Fprintf(&b, "%s:%d: Go %s\n", u.Path(p.Pin.Filename), p.Pin.Line, arrow(p))
	}
	if a := u.Result.Audit; a != nil && len(a.Findings)+len(a.Pins) > 0 {
		b.WriteString("\nbehaves differently:\n")
		u.audit().text(&b)
	}
	if a := u.Result.Audit; a != nil && len(a.Weaknesses)+len(a.Removed) > 0 {
		b.WriteString("\nends with the old go line:\n")
		u.audit().ships(&b)
	}
	if len(u.Sites) > 0 {
		b.WriteString("\n")
		if err := writeFixerTable(&b, countFixers(u.Fixes)); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func tooOld(l upgrade.OldLinter, to string) string {
	return fmt.Sprintf("%s %s does not know Go %s: %s or newer does", l.Name, l.Version, to, l.Needs)
}

func arrow(p pins.Raised) string {
	if p.To == "" {
		return p.Pin.Version + ", which goes"
	}
	return p.Pin.Version + " → " + p.To
}

// WriteUpgradeRemarks writes what was not done, and why, and what it all comes to.
func WriteUpgradeRemarks(w io.Writer, u *Upgrade) error {
	var b strings.Builder
	for i := range u.Worse {
		fmt.Fprintf(&b, "worse, with the go lines alone: %s\n", regressionText(&u.Worse[i]))
	}
	for i := range u.Blames {
		writeBlame(&b, &u.Blames[i], u.Path)
	}
	for i := range u.Flaky {
		fmt.Fprintf(&b, "flaky: %s\n", regressionText(&u.Flaky[i]))
	}
	for _, s := range u.RolledBack {
		fmt.Fprintf(&b, "%s:%d: taken back from %s: %s\n", u.Path(s.Pos.Filename), s.Pos.Line, fixerName(s), oneLine(s.Why))
	}
	for i := range u.Lines.Failures {
		fmt.Fprintf(&b, "left as it is: %s\n", oneLine(u.Lines.Failures[i].Error()))
	}
	for _, l := range u.Lines.Left {
		fmt.Fprintf(&b, "left out: %s: %s\n", l.What, oneLine(l.Err.Error()))
	}
	u.forced(&b)
	for _, l := range u.Pins.Left {
		fmt.Fprintf(&b, "%s:%d: Go %s stays: %s\n", u.Path(l.Pin.Filename), l.Pin.Line, l.Pin.Version, l.Reason)
	}
	for _, l := range u.Linters {
		fmt.Fprintf(&b, "%s:%d: %s\n", u.Path(l.Filename), l.Line, tooOld(l, u.To))
	}
	if failing := u.Failing(); len(failing) > 0 && !u.Quiet {
		const shown = 5
		fmt.Fprintf(&b, "%s before the upgrade, and %s not compared: %s\n", countOf(len(failing), "test or package fails", "tests and packages fail"),
			map[bool]string{true: "is", false: "are"}[len(failing) == 1], strings.Join(failing[:min(shown, len(failing))], ", "))
	}
	if u.NoToolchain != nil {
		fmt.Fprintf(&b, "not proven with the Go of the new line: %s\n", oneLine(u.NoToolchain.Error()))
	}
	if u.Fixes != nil {
		if err := WriteFixRemarks(&b, &Fixes{Result: u.Fixes, All: u.All, Quiet: true, Path: u.Path}); err != nil {
			return err
		}
	}
	if u.Result.Audit != nil && !u.Nothing() {
		if err := WriteAuditRemarks(&b, u.audit()); err != nil {
			return err
		}
	}
	u.summary(&b)
	_, err := io.WriteString(w, printableLines(b.String()))
	return err
}

// WriteBlame writes what makes a test fail.
func WriteBlame(w io.Writer, blame *upgrade.Blame, path func(string) string) error {
	var b strings.Builder
	writeBlame(&b, blame, path)
	_, err := io.WriteString(w, printableLines(b.String()))
	return err
}

func writeBlame(b *strings.Builder, blame *upgrade.Blame, path func(string) string) {
	if blame.Err != nil {
		fmt.Fprintf(b, "what makes %s of %s fail is not known: %s\n", blame.Test, blame.Package, oneLine(blame.Err.Error()))
	}
	for _, c := range blame.Culprits {
		fmt.Fprintf(b, "%s of %s fails by %s: %s\n", blame.Test, blame.Package, c.Cause, oneLine(c.Text))
		for _, s := range c.Sites {
			fmt.Fprintf(b, "    %s:%d\n", path(s.Filename), s.Line)
		}
		if blame.Kept {
			fmt.Fprintf(b, "    %s\n", keptBy(&c))
		} else if c.Keep != "" {
			fmt.Fprintf(b, "    to keep the old behaviour: %s\n", oneLine(c.Keep))
		}
	}
}

// keptBy says what keeps the old behaviour, so that a test passes.
func keptBy(c *audit.Culprit) string {
	if c.Value != "" {
		return fmt.Sprintf("the line godebug %s=%s was added, which keeps the old behaviour, and the test passes", c.Cause, c.Value)
	}
	return "the loop was rewritten to do what it did, and the test passes"
}

// forced writes what changes though nobody asked for it, and what tools.go files have left.
func (u *Upgrade) forced(b *strings.Builder) {
	for _, f := range u.Lines.Forced {
		name := "go.work"
		if f.Module != nil {
			name = f.Module.Name()
		}
		fmt.Fprintf(b, "%s: go %s, as a dependency asks for it: %s\n", name, f.Line, f.By)
	}
	for _, m := range u.Lines.Moved {
		fmt.Fprintf(b, "%s: is built with %s %s → %s\n", m.Name(), m.Path, m.From, m.To)
	}
	for _, n := range u.Lines.Needed {
		fmt.Fprintf(b, "%s: %s %s is needed since %s: %s\n", n.Module.Name(), n.Path, n.To, n.Since, oneLine(n.Why))
	}
	if u.Tools == nil {
		return
	}
	for i := range u.Tools.Failures {
		fmt.Fprintf(b, "tools.go stays: %s\n", oneLine(u.Tools.Failures[i].Error()))
	}
	for _, l := range u.Tools.Left {
		fmt.Fprintf(b, "tools.go stays: %s: %s\n", l.What, oneLine(l.Err.Error()))
	}
	if !u.Quiet {
		for _, m := range u.Tools.Mentions {
			fmt.Fprintf(b, "%s:%d: \"go tool\" would be shorter: %s\n", u.Path(m.File), m.Line, oneLine(m.Text))
		}
	}
}

func (u *Upgrade) summary(b *strings.Builder) {
	switch {
	case u.Quiet:
		return
	case u.Nothing():
		fmt.Fprintf(b, "nothing to do: all is Go %s or newer already\n", u.To)
		return
	}
	suggestions := 0
	for _, s := range u.Fixes.Left {
		if s.Tier == fix.Suggestion {
			suggestions++
		}
	}
	if suggestions > 0 {
		fmt.Fprintf(b, "%s: --unsafe-fixes makes them\n", plural(suggestions, "suggestion"))
	}
	ran, only := u.executed()
	if ran >= 0 && len(u.Sites) > 0 {
		fmt.Fprintf(b, "%s in lines that passing tests run; only compiled: %d\n", countOf(ran, "fix", "fixes"), only)
	}
	verdict := "builds, vet findings and tests are as before"
	if u.Toolchain != "" {
		verdict += ", also with " + u.Toolchain
	}
	if len(u.Worse) > 0 {
		verdict = "something is worse, see above"
	}
	if u.Plan {
		verdict += "; nothing was written: \"gomend upgrade apply\" does it"
	}
	fmt.Fprintf(b, "%s, %s: %s\n", plural(len(u.Changes), "file"), countOf(len(u.Sites), "fix", "fixes"), verdict)
}

// executed returns how many fixes are in lines that tests run, and how many are not, or -1
// if that was not measured.
func (u *Upgrade) executed() (ran, only int) {
	if u.Base == nil || u.Base.Coverage == nil {
		return -1, 0
	}
	for _, s := range u.Sites {
		if s.Executed {
			ran++
		} else {
			only++
		}
	}
	return ran, only
}

func (u *Upgrade) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## Go %s\n", u.To)
	if u.Nothing() {
		b.WriteString("\nNothing to do.\n")
	} else {
		u.markdownLines(&b)
		if u.Result.Audit != nil {
			fmt.Fprintf(&b, "\n### Behaves differently: %d\n\n", len(u.Result.Audit.Findings))
			u.audit().markdown(&b)
		}
		fmt.Fprintf(&b, "\n### Fixes: %d\n\n", len(u.Sites))
		writeFixerMarkdown(&b, countFixers(u.Fixes))
		if ran, only := u.executed(); ran >= 0 {
			fmt.Fprintf(&b, "\n%d are in lines that passing tests run, %d were only compiled.\n", ran, only)
		}
		x := &Fixes{Result: u.Fixes, All: u.All, Path: u.Path}
		writeSitesMarkdown(&b, "Taken back", u.RolledBack, u.Path)
		writeSitesMarkdown(&b, "Not made", u.Fixes.Dropped, u.Path)
		writeSitesMarkdown(&b, "Left", x.told(), u.Path)
		for i := range u.Worse {
			fmt.Fprintf(&b, "\n- **Worse, with the go lines alone:** %s", markdownText(regressionText(&u.Worse[i])))
		}
		if len(u.Worse) > 0 {
			b.WriteString("\n")
		}
		for i := range u.Blames {
			var text strings.Builder
			writeBlame(&text, &u.Blames[i], u.Path)
			fmt.Fprintf(&b, "\n```\n%s```\n", printableLines(text.String()))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (u *Upgrade) markdownLines(b *strings.Builder) {
	b.WriteString("\n| Module | Line | Before | After |\n| --- | --- | --- | --- |\n")
	for _, r := range u.Lines.Raised {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", markdownText(r.Name()), markdownText(r.Path), r.From, r.To)
	}
	if len(u.Pins.Raised) > 0 {
		b.WriteString("\n| Pinned in | Before | After |\n| --- | --- | --- |\n")
		for _, p := range u.Pins.Raised {
			fmt.Fprintf(b, "| %s:%d | %s | %s |\n", markdownText(u.Path(p.Pin.Filename)), p.Pin.Line, markdownText(p.Pin.Version), markdownText(p.To))
		}
	}
	if len(u.Pins.Left) > 0 {
		b.WriteString("\nTo be moved by hand:\n\n")
		for _, l := range u.Pins.Left {
			fmt.Fprintf(b, "- %s:%d: Go %s: %s\n", markdownText(u.Path(l.Pin.Filename)), l.Pin.Line, markdownText(l.Pin.Version), markdownText(l.Reason))
		}
	}
	if len(u.Linters) > 0 {
		b.WriteString("\nToo old for the new line:\n\n")
		for _, l := range u.Linters {
			fmt.Fprintf(b, "- %s:%d: %s\n", markdownText(u.Path(l.Filename)), l.Line, markdownText(tooOld(l, u.To)))
		}
	}
}

type upgradeDocument struct {
	Version    int              `json:"version"`
	To         string           `json:"to"`
	Lines      []raisedJSON     `json:"lines"`
	Pins       []pinJSON        `json:"pins"`
	Linters    []linterJSON     `json:"tooOld"`
	Fixes      []fixSite        `json:"fixes"`
	RolledBack []fixSite        `json:"rolledBack"`
	Dropped    []fixSite        `json:"dropped"`
	Left       []fixSite        `json:"left"`
	Files      []string         `json:"files"`
	Unreached  []string         `json:"unreached"`
	Failures   []failedLookJSON `json:"failures"`
	Failing    []string         `json:"failingBefore"`
	Toolchain  string           `json:"toolchain,omitempty"`
	Worse      []string         `json:"worse"`
	Flaky      []string         `json:"flaky"`
	Blames     []blameJSON      `json:"blames"`
	Audit      *auditDocument   `json:"audit,omitempty"`
	Costs      []costJSON       `json:"costs"`
	Times      []timeJSON       `json:"times"`
}

type linterJSON struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Name    string `json:"name"`
	Version string `json:"version"`
	Needs   string `json:"needs"`
}

type timeJSON struct {
	Part    string  `json:"part"`
	Seconds float64 `json:"seconds"`
}

type raisedJSON struct {
	Module string `json:"module"`
	Path   string `json:"path"`
	From   string `json:"from"`
	To     string `json:"to"`
}

type blameJSON struct {
	Package  string        `json:"package"`
	Test     string        `json:"test"`
	Error    string        `json:"error,omitempty"`
	Culprits []culpritJSON `json:"culprits"`
	Kept     bool          `json:"kept"`
}

type culpritJSON struct {
	Cause  string        `json:"cause"`
	Text   string        `json:"text"`
	Source string        `json:"source"`
	Keep   string        `json:"keep,omitempty"`
	Sites  []culpritSite `json:"sites"`
}

type culpritSite struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

func blamesJSON(blames []upgrade.Blame, path func(string) string) []blameJSON {
	all := []blameJSON{}
	for _, b := range blames {
		one := blameJSON{Package: b.Package, Test: b.Test, Culprits: []culpritJSON{}, Kept: b.Kept}
		if b.Err != nil {
			one.Error = b.Err.Error()
		}
		for _, c := range b.Culprits {
			culprit := culpritJSON{c.Cause, c.Text, c.Source, c.Keep, []culpritSite{}}
			for _, s := range c.Sites {
				culprit.Sites = append(culprit.Sites, culpritSite{path(s.Filename), s.Line})
			}
			one.Culprits = append(one.Culprits, culprit)
		}
		all = append(all, one)
	}
	return all
}

type pinJSON struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Kind string `json:"kind"`
	From string `json:"from"`
	To   string `json:"to,omitempty"`
	Left string `json:"left,omitempty"`
}

func (u *Upgrade) writeJSON(w io.Writer) error {
	doc := upgradeDocument{
		Version: 1, To: u.To, Toolchain: u.Toolchain, Lines: []raisedJSON{}, Pins: []pinJSON{}, Linters: []linterJSON{}, Fixes: []fixSite{}, Files: []string{}, Unreached: []string{},
		RolledBack: fixSites(u.RolledBack, u.Path), Worse: []string{}, Flaky: []string{}, Failing: orNone(u.Failing()),
		Costs: []costJSON{}, Times: []timeJSON{}, Blames: blamesJSON(u.Blames, u.Path), Failures: []failedLookJSON{}, Dropped: []fixSite{}, Left: []fixSite{},
	}
	for _, r := range u.Lines.Raised {
		doc.Lines = append(doc.Lines, raisedJSON{r.Name(), r.Path, r.From, r.To})
	}
	for _, p := range u.Pins.Raised {
		doc.Pins = append(doc.Pins, pinJSON{File: u.Path(p.Pin.Filename), Line: p.Pin.Line, Kind: string(p.Pin.Kind), From: p.Pin.Version, To: p.To})
	}
	for _, l := range u.Pins.Left {
		doc.Pins = append(doc.Pins, pinJSON{File: u.Path(l.Pin.Filename), Line: l.Pin.Line, Kind: string(l.Pin.Kind), From: l.Pin.Version, Left: l.Reason})
	}
	for _, t := range u.Times {
		doc.Times = append(doc.Times, timeJSON{t.Part, t.Took.Seconds()})
	}
	for _, l := range u.Linters {
		doc.Linters = append(doc.Linters, linterJSON{u.Path(l.Filename), l.Line, l.Name, l.Version, l.Needs})
	}
	if u.Fixes != nil {
		doc.Costs = costs(u.Fixes)
		doc.Dropped, doc.Left, doc.Failures = fixSites(u.Fixes.Dropped, u.Path), fixSites(u.Fixes.Left, u.Path), failedLooks(u.Fixes)
		for _, name := range u.Fixes.Unreached {
			doc.Unreached = append(doc.Unreached, u.Path(name))
		}
	}
	measured, _ := u.executed()
	for _, s := range u.Sites {
		one := fixSites([]mend.Site{s.Site}, u.Path)[0]
		if measured >= 0 {
			one.Executed = &s.Executed
		}
		doc.Fixes = append(doc.Fixes, one)
	}
	for _, c := range u.Changes {
		doc.Files = append(doc.Files, u.Path(c.File))
	}
	for i := range u.Worse {
		doc.Worse = append(doc.Worse, regressionText(&u.Worse[i]))
	}
	for i := range u.Flaky {
		doc.Flaky = append(doc.Flaky, regressionText(&u.Flaky[i]))
	}
	if u.Result.Audit != nil {
		doc.Audit = u.audit().document()
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}
