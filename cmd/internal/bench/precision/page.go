package main

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"text/template"

	"github.com/gomend/gomend/analyzers/rule"
)

// page is docs/precision.md. Every table begins with the worst.
var page = template.Must(template.New("page").Funcs(template.FuncMap{"short": func(commit string) string { return commit[:min(12, len(commit))] }}).Parse(
	`<!-- Written by cmd/internal/bench/precision from the worksheets; do not edit. -->

# How often the rules are right, and how much they find

What ` + "`gomend check`" + ` reports on the repositories below is read by people. Reports with one root cause (the same
goroutine, the same lock) count once. A report counts as true only if it is also worth mending: what a good engineer
would wave away is listed as minor and counts against the rule. Behind each share stands the 95% interval that its
number allows (Wilson), and the worksheets linked below name for every report its position, the verdict, and the line
of code that proves it. The rules were tuned on the repositories marked *dev*. Those marked *held-out* were unread until
the fourth reading. What a reading of unread code found wrong has led to changes since, so the figures of the four
readings, at the end, are the ones that no tuning has touched: take them for what to expect of code of your own.
{{range .Tiers}}
## {{.Title}}

{{.Note}}

| repository | set | reports | true | minor | false | unread | share |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
{{range .Repositories}}| {{.Name}} | {{.Set}} | {{.Reports}} | {{.True}} | {{.Minor}} | {{.False}} | {{.Unread}} | {{.Tally}} |
{{end}}
| rule | reports | true | minor | false | unread | share | worst repository |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
{{range .Rules}}| {{.Name}} | {{.Reports}} | {{.True}} | {{.Minor}} | {{.False}} | {{.Unread}} | {{.Tally}} | {{.Worst}} |
{{end}}
All together: {{.All.Reports}} reports, {{.All.Tally}}. Worst repository: {{.Worst}}.
{{range .Sets}}Set {{.Name}}: {{.Reports}} reports, {{.Tally}}.
{{end}}{{end}}{{range .Recall}}
## {{.Title}}

{{.Note}}

` + "```" + `
{{.Text}}` + "```" + `
{{end}}
## The repositories

| repository | commit | set | go | lines | worksheet |
| --- | --- | --- | --- | ---: | --- |
{{range .List}}| {{.Name}} | {{short .Commit}} | {{.Set}} | {{.Go}} | {{.Lines}} | [{{.Worksheet}}](precision/{{.Worksheet}}) |
{{end}}`))

type pageData struct {
	Tiers  []tier
	Recall []Recall
	List   []listed
}

// Recall is what another program measured of how much the rules find: its
// output as it is.
type Recall struct{ Title, Note, Text string }

type listed struct {
	Repository
	Worksheet string
}

// A tier is the findings that a user sees by default, or those that he sees
// when he asks for more.
type tier struct {
	Title, Note  string
	Repositories []line
	Rules        []line
	All          line
	Sets         []line
	Worst        string
}

type line struct {
	Name    string
	Set     string // of a repository
	Worst   string // of a rule
	Reports int
	Tally
}

func lineOf(g Group) line {
	return line{Name: g.Name, Tally: g.Tally, Reports: g.Read() + g.Unread}
}

// writePage writes the page for the rows of all worksheets.
func writePage(w io.Writer, repositories []Repository, rows []Row, recall []Recall) error {
	isHigh := func(c rule.Confidence) bool { return c.AtLeast(rule.High) }
	high := ofConfidence(rows, isHigh)
	data := pageData{Recall: recall, Tiers: []tier{
		newTier("By default: confidence high", allRead(high),
			repositories, high),
		newTier("With --confidence low: what is added", "A sample was read: of each repository those whose fingerprints' hashes come first.",
			repositories, ofConfidence(rows, func(c rule.Confidence) bool { return !isHigh(c) })),
	}}
	for _, r := range repositories {
		data.List = append(data.List, listed{r, r.worksheet()})
	}
	return page.Execute(w, data)
}

func allRead(rows []Row) string {
	unread := 0
	for _, r := range rows {
		if r.Verdict == Unread {
			unread++
		}
	}
	if unread > 0 {
		return fmt.Sprintf("Of %d reports, %d have not been read yet.", len(rows), unread)
	}
	return fmt.Sprintf("All %d reports were read.", len(rows))
}

func newTier(title, note string, repositories []Repository, rows []Row) tier {
	t := tier{Title: title, Note: note}
	byRepository := func(r Row) string { return r.Repository }
	byRepo := groups(rows, byRepository)
	for _, g := range byRepo {
		l := lineOf(g)
		l.Set = setOf(repositories, g.Name)
		t.Repositories = append(t.Repositories, l)
	}
	t.Repositories = append(t.Repositories, silent(repositories, byRepo)...)
	t.Worst = worst(byRepo)
	for _, g := range groups(rows, func(r Row) string { return r.Rule }) {
		l := lineOf(g)
		l.Worst = worst(groups(ofRule(rows, g.Name), byRepository))
		t.Rules = append(t.Rules, l)
	}
	for _, g := range groups(rows, func(Row) string { return "all" }) {
		t.All = lineOf(g)
	}
	for _, g := range groups(rows, func(r Row) string { return setOf(repositories, r.Repository) }) {
		t.Sets = append(t.Sets, lineOf(g))
	}
	return t
}

// worst names the first group that has verdicts, with its share.
func worst(byRepository []Group) string {
	i := slices.IndexFunc(byRepository, func(g Group) bool { return g.Read() > 0 })
	if i < 0 {
		return "—"
	}
	return fmt.Sprintf("%s, %s", path.Base(byRepository[i].Name), byRepository[i].Tally)
}

// silent returns lines for the repositories in which nothing was reported: that
// is a result too.
func silent(repositories []Repository, found []Group) []line {
	var lines []line
	for _, r := range repositories {
		if !slices.ContainsFunc(found, func(g Group) bool { return g.Name == r.Name }) {
			lines = append(lines, line{Name: r.Name, Set: r.Set})
		}
	}
	slices.SortFunc(lines, func(a, b line) int { return cmp.Compare(a.Name, b.Name) })
	return lines
}

func setOf(repositories []Repository, name string) string {
	for _, r := range repositories {
		if r.Name == name {
			return r.Set
		}
	}
	return ""
}

func ofRule(rows []Row, name string) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Rule != name })
}
