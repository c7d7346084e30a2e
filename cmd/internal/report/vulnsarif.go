package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/workspace"
)

// writeSARIF writes a SARIF log as GitHub's code scanning takes it, with a run for each
// module, whose category it is: each module's alerts are opened and closed by themselves.
func (v *Vulns) writeSARIF(w io.Writer) error {
	v.hashes = make(map[string][]string)
	log := sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{},
	}
	for _, m := range v.lookedAt() {
		log.Runs = append(log.Runs, v.sarifRun(m))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(log)
}

// lookedAt returns the modules that were looked at, or could not be, sorted by directory.
func (v *Vulns) lookedAt() []*workspace.Module {
	byDir := make(map[string]*workspace.Module)
	for i := range v.Scanned {
		byDir[v.Scanned[i].Module.Rel] = v.Scanned[i].Module
	}
	for i := range v.Failures {
		byDir[v.Failures[i].Module.Rel] = v.Failures[i].Module
	}
	var all []*workspace.Module
	for _, m := range byDir {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *workspace.Module) int { return strings.Compare(a.Rel, b.Rel) })
	return all
}

func (v *Vulns) sarifRun(m *workspace.Module) sarifRun {
	driver := sarifDriver{Name: "gomend", Version: v.Gomend, InformationURI: homepage, Rules: []sarifRule{}}
	if number := strings.TrimPrefix(v.Gomend, "v"); semver.IsValid("v" + number) {
		driver.SemanticVersion = number
	}
	r := sarifRun{
		ColumnKind:        "unicodeCodePoints",
		OriginalURIBases:  map[string]sarifURIBase{sourceRoot: {sarifText{Text: "the root of the repository"}}},
		AutomationDetails: &sarifAutomation{"gomend/vuln/" + m.Rel + "/"},
		Results:           []sarifResult{},
		Properties:        map[string]any{"gomend/module": m.Name()},
	}
	index := make(map[string]int)
	for _, p := range v.problemsOf(m) {
		id := p.Advisory.ID
		if _, ok := index[id]; !ok {
			index[id] = len(driver.Rules)
			driver.Rules = append(driver.Rules, advisoryRule(p.Advisory))
		}
		r.Results = append(r.Results, v.sarifResult(p, index[id]))
	}
	run := sarifInvocation{ExecutionSuccessful: true}
	for i := range v.Failures {
		if f := &v.Failures[i]; f.Module.Dir == m.Dir {
			run.ExecutionSuccessful = false
			run.Notifications = append(run.Notifications, sarifNotification{Level: "error", Message: sarifText{Text: oneLine(f.Error())}})
		}
	}
	r.Tool, r.Invocations = sarifTool{driver}, []sarifInvocation{run}
	return r
}

// A vulnProblem is what was found of an advisory and a dependency in a module: the nearest of
// all views and platforms, with these.
type vulnProblem struct {
	*govuln.Finding
	places []string
}

// problemsOf returns the problems of a module, in the order of the findings.
func (v *Vulns) problemsOf(m *workspace.Module) []*vulnProblem {
	type key struct{ advisory, dependency string }
	known := make(map[key]*vulnProblem)
	var all []*vulnProblem
	nearness := func(f *govuln.Finding) int { // what ships comes before tests, and before what is developed
		n := int(f.Level) * 4
		if f.Kind() == govuln.Shipped {
			n += 2
		}
		if f.View == workspace.Release {
			n++
		}
		return n
	}
	for _, f := range v.Findings {
		if f.Module.Dir != m.Dir {
			continue
		}
		k := key{f.Advisory.ID, f.Dependency}
		p := known[k]
		if p == nil {
			p = &vulnProblem{Finding: f}
			known[k] = p
			all = append(all, p)
		}
		if nearness(f) > nearness(p.Finding) {
			p.Finding = f
		}
		p.places = appendNew(p.places, v.place(f)+": "+f.Level.String())
	}
	return all
}

// level returns SARIF's level of a problem: an error ships.
func (p *vulnProblem) level() string {
	switch {
	case p.Kind() != govuln.Shipped || p.Level == govuln.Required:
		return "note"
	case p.Level == govuln.Called:
		return "error"
	}
	return "warning"
}

// advisoryRule describes an advisory.
func advisoryRule(e *osv.Entry) sarifRule {
	g := advisoryGroup{Entry: e}
	details := cmp.Or(e.Details, e.Summary, e.ID)
	page := details
	if url := e.URL(); url != "" {
		page += fmt.Sprintf("\n\n[%s](%s)", e.ID, url)
	}
	precision := "medium"
	if e.Reviewed() {
		precision = "high"
	}
	return sarifRule{
		ID: e.ID, Name: e.ID, HelpURI: e.URL(),
		ShortDescription: sarifText{Text: cmp.Or(oneLine(g.summary()), e.ID)},
		FullDescription:  sarifText{Text: shorten(oneLine(details), maxDescription)},
		Help:             sarifText{Text: details, Markdown: page},
		Default:          sarifConfiguration{"warning"},
		Properties:       sarifRuleProperties{Precision: precision, ProblemSeverity: "warning", Tags: append([]string{"security"}, firstOf(e.Aliases, 9)...)},
	}
}

// firstOf returns the first ones: code scanning keeps ten tags of a rule.
func firstOf(list []string, most int) []string { return list[:min(len(list), most)] }

func (v *Vulns) sarifResult(p *vulnProblem, rule int) sarifResult {
	at := v.requirement(p.Module, p.Dependency)
	required := v.sarifLocation(at)
	required.ID = 1
	required.Message = &sarifText{Text: fmt.Sprintf("%s comes from here", nameVersion(p.Dependency, p.Version))}
	escape := strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)
	g := advisoryGroup{Entry: p.Advisory}
	text := escape.Replace(oneLine(g.summary()) + ". " + v.problemText(p))
	r := sarifResult{
		RuleID: p.Advisory.ID, RuleIndex: rule, Level: p.level(),
		Message:             sarifText{Text: text + fmt.Sprintf(" [%s](1): %s.", escape.Replace(nameVersion(p.Dependency, p.Version)), fixText(p.Dependency, p.Fixed))},
		Locations:           []sarifLocation{v.sarifLocation(at)},
		PartialFingerprints: map[string]string{fingerprintKey: p.fingerprint()},
		RelatedLocations:    []sarifLocation{required},
		Properties: map[string]any{
			"level": p.Level, "precision": p.Precision, "module": p.Module.Name(), "found": p.places, "kind": p.Kind(),
		},
	}
	if calls := nearestFirst(p.Calls); len(calls) > 0 && calls[0].Trace[0].File != "" {
		first := calls[0].Trace[0]
		name := filepath.Join(p.Module.Dir, filepath.FromSlash(first.File))
		r.Locations = []sarifLocation{v.sarifLocation(place{name, first.Line, first.Column})}
		r.Locations[0].Logical = []sarifLogical{{functionName(first), "function"}}
		r.CodeFlows = v.codeFlows(p.Module, calls)
		at = place{name, first.Line, first.Column}
	}
	if hash := v.lineHash(at); hash != "" {
		r.PartialFingerprints["primaryLocationLineHash"] = hash
	}
	switch v.origin([]*govuln.Finding{p.Finding}) {
	case govuln.ByChange:
		r.BaselineState = "new"
	case govuln.ByDatabase, govuln.Carried:
		r.BaselineState = "unchanged"
	}
	if a := v.Accepted(p.Finding); a != nil {
		r.Suppressions = []sarifSuppression{{Kind: "external", Justification: fmt.Sprintf("%s (%s, until %s)", a.Reason, a.Owner, a.Until)}}
	}
	if text := v.Cleared(p.Finding); text != "" {
		r.Suppressions = append(r.Suppressions, sarifSuppression{Kind: "external", Justification: text})
	}
	return r
}

// mostFlows is how many ways to vulnerable functions a result has.
const mostFlows = 10

// codeFlows returns the ways to vulnerable functions, a call a step. Code scanning shows files
// of the repository alone: what is called in dependencies stands where these are required.
func (v *Vulns) codeFlows(m *workspace.Module, calls []govuln.Call) []sarifCodeFlow {
	var flows []sarifCodeFlow
	for _, c := range calls[:min(len(calls), mostFlows)] {
		var steps []sarifFlowLocation
		for i, f := range c.Trace {
			step := v.sarifLocation(v.requirement(m, f.Module))
			text := functionName(f)
			switch {
			case i == 0 && f.File != "":
				step = v.sarifLocation(place{filepath.Join(m.Dir, filepath.FromSlash(f.File)), f.Line, f.Column})
				text += fmt.Sprintf(" calls %s", functionName(c.Trace[i+1]))
			case f.Module != "" && f.File != "":
				text += fmt.Sprintf(" (%s, %s:%d)", nameVersion(f.Module, f.Version), f.File, f.Line)
			}
			step.Message = &sarifText{Text: text}
			steps = append(steps, sarifFlowLocation{step})
		}
		flows = append(flows, sarifCodeFlow{[]sarifThreadFlow{{steps}}})
	}
	return flows
}

// lineHash returns the primaryLocationLineHash of a line, or "" if there is no such line.
func (v *Vulns) lineHash(at place) string {
	hashes, ok := v.hashes[at.file]
	if !ok {
		if source, err := os.ReadFile(at.file); err == nil {
			hashes = lineHashes(source)
		}
		v.hashes[at.file] = hashes
	}
	if at.line < 1 || at.line > len(hashes) {
		return ""
	}
	return hashes[at.line-1]
}

// problemText says in a sentence what a module does with what is vulnerable.
func (v *Vulns) problemText(p *vulnProblem) string {
	tests := ""
	switch p.Kind() {
	case govuln.InTests:
		tests = ", in tests"
	case govuln.InTools:
		tests = ", in tools"
	}
	switch p.Level {
	case govuln.Called:
		var names []string
		for _, f := range nearestFirst(p.Calls)[0].Trace {
			names = append(names, functionName(f))
		}
		text := strings.Join(names, " calls ")
		if more := len(p.Calls) - 1; more > 0 {
			text += fmt.Sprintf(", and %s more are called", plural(more, "vulnerable function"))
		}
		return text + tests + "."
	case govuln.Imported:
		return "Imported is " + packagesText(p.Packages) + tests + "."
	}
	return "It is required, and nothing of it that is vulnerable is imported."
}

// fingerprint identifies a problem, wherever it stands and however it is called.
func (p *vulnProblem) fingerprint() string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", p.Advisory.ID, p.Module.Name(), p.Dependency)))[:16]
}

// A place is one in a file, whose name is absolute.
type place struct {
	file         string
	line, column int
}

// requirement returns where a module says that it uses a dependency: the require line, the
// replace line that puts it in the place of another, or what decides about the standard
// library, the go or toolchain line.
func (v *Vulns) requirement(m *workspace.Module, dependency string) place {
	at := place{filepath.Join(m.Dir, "go.mod"), 1, 1}
	if dependency == osv.Stdlib {
		switch {
		case m.File.Toolchain != nil:
			at.line = m.File.Toolchain.Syntax.Start.Line
		case m.File.Go != nil:
			at.line = m.File.Go.Syntax.Start.Line
		}
		return at
	}
	for _, r := range m.File.Replace {
		if r.New.Path == dependency {
			at.line, at.column = r.Syntax.Start.Line, r.Syntax.Start.LineRune
			return at
		}
	}
	for _, r := range m.File.Require {
		if r.Mod.Path == dependency {
			at.line, at.column = r.Syntax.Start.Line, r.Syntax.Start.LineRune
			return at
		}
	}
	if m.File.Module != nil { // it comes by another dependency
		at.line = m.File.Module.Syntax.Start.Line
	}
	return at
}

func (v *Vulns) sarifLocation(at place) sarifLocation {
	address := url.URL{Path: v.InRepository(at.file)}
	return sarifLocation{Physical: sarifPhysical{
		sarifArtifact{address.EscapedPath(), sourceRoot},
		&sarifRegion{StartLine: max(at.line, 1), StartColumn: max(at.column, 1), EndLine: max(at.line, 1), EndColumn: max(at.column, 1) + 1},
	}}
}

// writeGitHub writes workflow commands, which become annotations: as many of each level as
// GitHub keeps.
func (v *Vulns) writeGitHub(w io.Writer) error {
	var g github
	for i := range v.Failures {
		f := &v.Failures[i]
		text := oneLine(f.Error())
		g.annotate(0, []property{{"title", "gomend could not look at this"}}, text, text)
	}
	levels := map[string]int{"error": 0, "warning": 1, "note": 2}
	for _, m := range v.lookedAt() {
		for _, p := range v.problemsOf(m) {
			if p.Level == govuln.Required && !v.All || v.Accepted(p.Finding) != nil || v.Cleared(p.Finding) != "" {
				continue
			}
			at, where := v.requirement(m, p.Dependency), ""
			if calls := nearestFirst(p.Calls); len(calls) > 0 && calls[0].Trace[0].File != "" {
				first := calls[0].Trace[0]
				where = fmt.Sprintf("%s:%d: ", v.InRepository(filepath.Join(m.Dir, filepath.FromSlash(first.File))), first.Line)
			}
			name := v.InRepository(at.file)
			text := fmt.Sprintf("%s %s %s: %s.", (&advisoryGroup{Entry: p.Advisory}).summary()+".", where+v.problemText(p), nameVersion(p.Dependency, p.Version), fixText(p.Dependency, p.Fixed))
			g.annotate(levels[p.level()], []property{{"file", name}, {"line", fmt.Sprint(at.line)}, {"title", p.Advisory.ID + " is " + p.Level.String()}},
				text, fmt.Sprintf("%s:%d: %s %s", name, at.line, p.Advisory.ID, text))
		}
	}
	if n := len(g.left); n > 0 {
		g.WriteString(strings.Join(g.left, ""))
	}
	_, err := io.WriteString(w, g.String())
	return err
}
