package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/page"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/mend"
)

func (u *Upgrade) writePage(w io.Writer) error {
	p := page.Page{Title: "Go " + u.To, Lead: u.lead()}
	if u.Nothing() {
		return p.Write(w)
	}
	sections := []page.Section{
		{Title: "What it comes to", Blocks: u.outcomeBlocks()},
		{Title: "Lines", Blocks: u.lineBlocks()},
	}
	if u.Result.Audit != nil {
		sections = append(sections, u.audit().sections()...)
	}
	sections = append(sections, page.Section{Title: "Fixes", Blocks: u.fixBlocks()})
	sections = append(sections, leftSections(&Fixes{Result: u.Fixes, All: u.All, Path: u.Path})...)
	sections = append(sections, page.Section{Title: "What it took", Blocks: u.timeBlocks()})
	p.Sections = withBlocks(sections)
	return p.Write(w)
}

// timeBlocks says what the parts took, and what each platform did of the fixers'.
func (u *Upgrade) timeBlocks() []page.Block {
	parts := page.Table{Head: []string{"Part", "Time"}, Right: []int{1}}
	for _, t := range u.Times {
		parts.Rows = append(parts.Rows, []string{t.Part, duration(t.Took)})
	}
	platforms := page.Table{Title: "Fixers, by platform", Head: []string{"Platform", "Loading", "First pass", "Checking what comes of it"}, Right: []int{1, 2, 3}}
	for _, c := range u.Fixes.Costs {
		platforms.Rows = append(platforms.Rows, []string{c.Context, duration(c.Load), duration(c.Pass), duration(c.Settle)})
	}
	return []page.Block{parts, platforms}
}

// lead says in a sentence what an upgrade comes to.
func (u *Upgrade) lead() string {
	if u.Nothing() {
		return fmt.Sprintf("There is nothing to do: all is Go %s or newer already.", u.To)
	}
	text := "Builds, vet findings and tests are as before"
	if u.Toolchain != "" {
		text += ", also with " + u.Toolchain
	}
	if len(u.Worse) > 0 {
		text = "Something is worse with the new go lines"
	}
	if u.Plan {
		return text + ". Nothing was written."
	}
	return text + "."
}

func (u *Upgrade) outcomeBlocks() []page.Block {
	figures := page.Figures{
		{Name: "files", Value: fmt.Sprint(len(u.Changes))},
		{Name: "fixes", Value: fmt.Sprint(len(u.Sites))},
	}
	if ran, only := u.executed(); ran >= 0 {
		figures = append(figures, page.Figure{Name: "in lines that tests run", Value: fmt.Sprint(ran)}, page.Figure{Name: "only compiled", Value: fmt.Sprint(only)})
	}
	figures = append(figures, page.Figure{Name: "taken back", Value: fmt.Sprint(len(u.RolledBack))})
	if a := u.Result.Audit; a != nil {
		figures = append(figures, page.Figure{Name: "behave differently", Value: fmt.Sprint(len(a.Findings))})
	}
	blocks := []page.Block{figures}
	for i := range u.Worse {
		blocks = append(blocks, page.Note{Level: page.Error, Title: "worse, with the go lines alone", Text: regressionText(&u.Worse[i])})
	}
	for i := range u.Blames {
		blame := &u.Blames[i]
		name := blame.Test + " of " + blame.Package
		if blame.Err != nil {
			blocks = append(blocks, page.Note{Level: page.Warning, Title: name, Text: "What makes it fail is not known: " + oneLine(blame.Err.Error())})
		}
		for _, c := range blame.Culprits {
			text := oneLine(c.Text)
			for _, s := range c.Sites {
				text += fmt.Sprintf(" %s:%d", u.Path(s.Filename), s.Line)
			}
			advice := toKeep(c.Keep)
			if blame.Kept {
				advice = capital(keptBy(&c)) + "."
			}
			blocks = append(blocks, page.Note{Level: page.Warning, Title: name + " fails by " + c.Cause, Text: text, Advice: advice})
		}
	}
	for _, s := range u.RolledBack {
		blocks = append(blocks, page.Note{Level: page.Warning, Title: "taken back: " + fixerName(s), Text: fmt.Sprintf("%s:%d: %s", u.Path(s.Pos.Filename), s.Pos.Line, oneLine(s.Why))})
	}
	for i := range u.Flaky {
		blocks = append(blocks, page.Note{Level: page.Info, Title: "flaky, before the upgrade too", Text: regressionText(&u.Flaky[i])})
	}
	if failing := u.Failing(); len(failing) > 0 {
		blocks = append(blocks, page.Note{Level: page.Info, Title: "failed before the upgrade, and is not compared", Text: strings.Join(failing, ", ")})
	}
	if u.NoToolchain != nil {
		blocks = append(blocks, page.Note{Level: page.Info, Title: "not proven with the Go of the new line", Text: oneLine(u.NoToolchain.Error())})
	}
	return blocks
}

// toKeep returns the advice that keeps old behaviour.
func toKeep(how string) string {
	if how == "" {
		return ""
	}
	return "To keep the old behaviour: " + oneLine(how)
}

func (u *Upgrade) lineBlocks() []page.Block {
	lines := page.Table{Title: "In go.mod and go.work", Head: []string{"Module", "Line", "Before", "After"}, Code: []int{0}}
	for _, r := range u.Lines.Raised {
		lines.Rows = append(lines.Rows, []string{r.Name(), r.Path, r.From, r.To})
	}
	pinned := page.Table{Title: "Elsewhere", Head: []string{"Place", "Before", "After"}, Code: []int{0}}
	for _, r := range u.Pins.Raised {
		to := r.To
		if to == "" {
			to = "none: the entry goes"
		}
		pinned.Rows = append(pinned.Rows, []string{fmt.Sprintf("%s:%d", u.Path(r.Pin.Filename), r.Pin.Line), r.Pin.Version, to})
	}
	byHand := page.Table{Title: "To be moved by hand", Head: []string{"Place", "Go", "Why"}, Code: []int{0}}
	for _, l := range u.Pins.Left {
		byHand.Rows = append(byHand.Rows, []string{fmt.Sprintf("%s:%d", u.Path(l.Pin.Filename), l.Pin.Line), l.Pin.Version, l.Reason})
	}
	for _, l := range u.Linters {
		byHand.Rows = append(byHand.Rows, []string{fmt.Sprintf("%s:%d", u.Path(l.Filename), l.Line), "", tooOld(l, u.To)})
	}
	var blocks []page.Block
	for _, t := range []page.Table{lines, pinned, byHand} {
		if len(t.Rows) > 0 {
			blocks = append(blocks, t)
		}
	}
	var forced strings.Builder
	u.forced(&forced)
	for line := range strings.Lines(forced.String()) {
		blocks = append(blocks, page.Text(capital(strings.TrimSpace(line))+"."))
	}
	return blocks
}

func (u *Upgrade) fixBlocks() []page.Block {
	if len(u.Sites) == 0 {
		return []page.Block{page.Text("No fixer found anything.")}
	}
	measured, _ := u.executed()
	sites := page.Table{Title: "Places", Head: []string{"Place", "Fixer", "What", "Known by"}, Code: []int{0}}
	for _, s := range u.Sites {
		known := "the compiler"
		switch {
		case s.Executed:
			known = "passing tests"
		case measured < 0:
			known = "the compiler; coverage was not measured"
		}
		sites.Rows = append(sites.Rows, []string{fmt.Sprintf("%s:%d", u.Path(s.Pos.Filename), s.Pos.Line), fixerName(s.Site), oneLine(s.Message), known})
	}
	return []page.Block{fixerPageTable(u.Fixes), sites}
}

// fixerPageTable returns what fixers did, a row each.
func fixerPageTable(r *mend.Result) page.Table {
	t := page.Table{
		Title: "By fixer", Head: []string{"Fixer", "Sites", "Files", "Modules", "Dropped", "Suggestions", "Left"},
		Right: []int{1, 2, 3, 4, 5, 6}, Code: []int{0},
	}
	for _, c := range countFixers(r) {
		row := []string{c.name}
		for _, n := range []int{c.sites, c.files, c.modules, c.dropped, c.suggestions, c.remains} {
			row = append(row, fmt.Sprint(n))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (x *Fixes) writePage(w io.Writer) error {
	p := page.Page{Title: "Fixes", Lead: fmt.Sprintf("%s in %s.", capital(countOf(len(x.Applied), "fix", "fixes")), plural(len(x.Changes), "file"))}
	if x.Diff {
		p.Lead += " Nothing was written."
	}
	var blocks []page.Block
	if len(x.Applied) > 0 {
		sites := page.Table{Title: "Places", Head: []string{"Place", "Fixer", "What"}, Code: []int{0}}
		for _, s := range x.Applied {
			sites.Rows = append(sites.Rows, []string{fmt.Sprintf("%s:%d", x.Path(s.Pos.Filename), s.Pos.Line), fixerName(s), oneLine(s.Message)})
		}
		blocks = []page.Block{fixerPageTable(x.Result), sites}
	}
	p.Sections = withBlocks(append([]page.Section{{Title: "Made", Blocks: blocks}}, leftSections(x)...))
	return p.Write(w)
}

// leftSections returns what was not fixed: fixes that did harm, places that stay, and what
// was not looked at.
func leftSections(x *Fixes) []page.Section {
	table := func(sites []mend.Site) []page.Block {
		if len(sites) == 0 {
			return nil
		}
		t := page.Table{Head: []string{"Place", "Fixer", "Why"}, Code: []int{0}}
		for _, s := range sites {
			t.Rows = append(t.Rows, []string{fmt.Sprintf("%s:%d", x.Path(s.Pos.Filename), s.Pos.Line), fixerName(s), oneLine(s.Why)})
		}
		return []page.Block{t}
	}
	suggestions := slices.DeleteFunc(slices.Clone(x.Left), func(s mend.Site) bool { return s.Tier != fix.Suggestion })
	left := slices.DeleteFunc(x.told(), func(s mend.Site) bool { return s.Tier == fix.Suggestion })
	var unseen []page.Block
	for _, f := range failedLooks(x.Result) {
		name := f.Package
		if name == "" {
			name = f.Module
		}
		if f.Context != "" {
			name += " on " + f.Context
		}
		unseen = append(unseen, page.Note{Level: page.Warning, Title: name, Text: oneLine(f.Error)})
	}
	for _, name := range x.Unreached {
		unseen = append(unseen, page.Text("No build has "+x.Path(name)+"."))
	}
	return []page.Section{
		{Title: "Not made, as they do harm", Blocks: table(x.Dropped)},
		{Title: "Left as it is", Blocks: table(left)},
		{Title: "Suggestions, which --unsafe-fixes makes", Blocks: table(suggestions)},
		{Title: "Not looked at", Blocks: unseen},
	}
}

// sections returns what an audit found.
func (a *Audit) sections() []page.Section {
	var changes []page.Block
	for i := range a.Findings {
		f := &a.Findings[i]
		level := page.Info
		if f.Sure {
			level = page.Warning
		}
		text := capital(oneLine(f.Text)) + "."
		if len(f.Mains) > 0 {
			text += " In " + strings.Join(f.Mains, ", ") + "."
		}
		text += " See " + f.Source + "."
		changes = append(changes, page.Note{
			Level: level, Title: fmt.Sprintf("%s: %s (%s)", a.at(f.Pos), f.Cause, f.Evidence), Text: text, Advice: toKeep(f.Keep),
		})
	}
	if len(changes) == 0 {
		changes = append(changes, page.Text("No line was found that behaves differently."))
	}
	if text := a.moved(); text != "" {
		changes = append(changes, page.Text(capital(text)+"."))
	}
	if a.All && len(a.Considered) > 0 {
		t := page.Table{Title: "Concerned, without an expected difference", Head: []string{"Place", "Cause", "Why"}, Code: []int{0}}
		for i := range a.Considered {
			f := &a.Considered[i]
			t.Rows = append(t.Rows, []string{a.at(f.Pos), f.Cause, oneLine(f.Text)})
		}
		changes = append(changes, t)
	}
	var ships []page.Block
	for _, w := range a.Weaknesses {
		ships = append(ships, page.Note{
			Level: page.Warning, Title: fmt.Sprintf("%s: %s=%s", a.at(w.Pos), w.Setting, w.Value),
			Text: capital(oneLine(w.Text)) + ". In " + strings.Join(w.Mains, ", ") + ". See " + w.Source + ".",
		})
	}
	for _, r := range a.Removed {
		ships = append(ships, page.Note{Level: page.Warning, Title: fmt.Sprintf("%s: %s=%s is gone since Go %s", a.at(r.Pos), r.Setting, r.Value, r.Since), Text: oneLine(r.Text)})
	}
	var pinned []page.Block
	for _, p := range a.Pins {
		text := "The build constraint has it compiled as Go " + p.Version + " whatever go.mod says."
		if p.Latent {
			text = "Once gofmt writes //go:build, the build constraint has it compiled as Go " + p.Version + " whatever go.mod says."
		}
		pinned = append(pinned, page.Note{Level: page.Info, Title: a.at(p.Pos), Text: text})
	}
	var undone []page.Block
	for _, u := range a.Undone {
		undone = append(undone, page.Note{Level: page.Warning, Title: u.What, Text: oneLine(u.Err.Error())})
	}
	return []page.Section{
		{Title: "Behaves differently", Blocks: changes},
		{Title: "Ships today, by the old lines", Blocks: ships},
		{Title: "Pinned files", Blocks: pinned},
		{Title: "Not audited", Blocks: undone},
	}
}

func (a *Audit) writePage(w io.Writer) error {
	p := page.Page{
		Title:    "What Go " + a.To + " changes",
		Lead:     capital(countOf(len(a.Findings), "place behaves differently", "places behave differently")) + " with the new go lines.",
		Sections: withBlocks(a.sections()),
	}
	return p.Write(w)
}

// withBlocks returns the sections in which there is something.
func withBlocks(sections []page.Section) []page.Section {
	return slices.DeleteFunc(sections, func(s page.Section) bool { return len(s.Blocks) == 0 })
}
