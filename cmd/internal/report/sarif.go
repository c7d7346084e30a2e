package report

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

const (
	// sourceRoot is the base of all relative names: the root of the
	// repository, wherever it lies.
	sourceRoot = "%SRCROOT%"

	// fingerprintKey is ours. GitHub goes by primaryLocationLineHash alone,
	// which its upload action computes from the source; it warns of every
	// result that comes with another value, so it is left out.
	fingerprintKey = "gomend/v1"

	// maxDescription is how much of a rule's fullDescription GitHub takes.
	maxDescription = 1024
)

// writeSARIF writes a SARIF log as GitHub's code scanning takes it: see
// https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
func writeSARIF(w io.Writer, run *Run, o Options) error {
	s := &sarif{run: run, o: o, src: newSources(run), index: make(map[string]int)}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(s.log())
}

type sarif struct {
	run   *Run
	o     Options
	src   *sources
	rules []sarifRule
	index map[string]int // into rules, by ID
}

func (s *sarif) log() *sarifLog {
	results := s.results()
	driver := sarifDriver{
		Name:           "gomend",
		Version:        s.run.Version,
		InformationURI: homepage,
		Rules:          list(s.rules),
	}
	if v := strings.TrimPrefix(s.run.Version, "v"); semver.IsValid("v" + v) {
		driver.SemanticVersion = v
	}
	r := sarifRun{
		Tool:             sarifTool{driver},
		Invocations:      []sarifInvocation{{s.run.Complete(), s.notifications()}},
		ColumnKind:       "unicodeCodePoints",
		OriginalURIBases: map[string]sarifURIBase{sourceRoot: {sarifText{Text: "the root of the repository"}}},
		Results:          list(results),
		Properties:       s.properties(),
	}
	if s.o.Category != "" {
		// GitHub takes what stands before the last slash as the category.
		r.AutomationDetails = &sarifAutomation{strings.TrimSuffix(s.o.Category, "/") + "/"}
	}
	return &sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{r},
	}
}

// results returns all results. It collects the rules that they refer to.
func (s *sarif) results() []sarifResult {
	type entry struct {
		finding finding.Finding
		by      *finding.Silence
	}
	var all []entry
	for _, f := range s.run.Findings {
		all = append(all, entry{f, nil})
	}
	if s.o.Suppressed {
		for _, f := range s.run.Suppressed {
			all = append(all, entry{f.Finding, &f.By})
		}
	}
	ids := make([]string, 0, len(all))
	byID := make(map[string]*finding.Finding)
	for i := range all {
		id := all[i].finding.ID()
		ids = append(ids, id)
		byID[id] = &all[i].finding
	}
	slices.Sort(ids)
	for i, id := range slices.Compact(ids) {
		s.index[id] = i
		s.rules = append(s.rules, s.rule(byID[id]))
	}
	var results []sarifResult
	for _, e := range all {
		r := s.result(&e.finding)
		if e.by != nil {
			r.Suppressions = []sarifSuppression{s.suppression(e.by)}
		}
		results = append(results, r)
	}
	return results
}

func (s *sarif) result(f *finding.Finding) sarifResult {
	r := sarifResult{
		RuleID:              f.ID(),
		RuleIndex:           s.index[f.ID()],
		Level:               sarifLevel(f.Severity),
		Message:             sarifText{Text: linked(f)},
		Locations:           []sarifLocation{s.location(f.Span)},
		PartialFingerprints: map[string]string{fingerprintKey: f.Fingerprint},
		Properties:          resultProperties(f),
	}
	if f.Symbol != "" {
		r.Locations[0].Logical = []sarifLogical{{f.Package + "." + f.Symbol, "function"}}
	}
	for i, rel := range f.Related {
		loc := s.location(rel.Span)
		loc.ID = i + 1
		loc.Message = &sarifText{Text: rel.Message}
		r.RelatedLocations = append(r.RelatedLocations, loc)
	}
	if len(f.Related) > 1 {
		r.CodeFlows = []sarifCodeFlow{s.flow(f)}
	}
	for i := range f.Fixes {
		if fix, ok := s.fix(&f.Fixes[i]); ok {
			r.Fixes = append(r.Fixes, fix)
		}
	}
	return r
}

// linked returns the message of a finding with a link to each related location,
// by the number that [sarif.result] gives it: code scanning shows no others.
func linked(f *finding.Finding) string {
	escape := strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)
	text := escape.Replace(f.Message)
	for i, rel := range f.Related {
		text += fmt.Sprintf("\n[%s](%d)", escape.Replace(oneLine(rel.Message)), i+1)
	}
	return text
}

// flow returns the places of a finding with several as one path, which code
// scanning shows step by step.
func (s *sarif) flow(f *finding.Finding) sarifCodeFlow {
	first := s.location(f.Span)
	first.Message = &sarifText{Text: f.Message}
	steps := []sarifFlowLocation{{first}}
	for _, rel := range f.Related {
		loc := s.location(rel.Span)
		loc.Message = &sarifText{Text: rel.Message}
		steps = append(steps, sarifFlowLocation{loc})
	}
	return sarifCodeFlow{[]sarifThreadFlow{{steps}}}
}

func (s *sarif) location(span finding.Span) sarifLocation {
	src := s.src.file(span.File)
	span = src.whole(span)
	return sarifLocation{Physical: sarifPhysical{s.artifact(span.File), &sarifRegion{
		StartLine:   span.Line,
		StartColumn: src.character(span.Line, span.Column),
		EndLine:     span.EndLine,
		EndColumn:   src.character(span.EndLine, span.EndColumn),
	}}}
}

// artifact returns a file by its address relative to the source root.
func (s *sarif) artifact(file string) sarifArtifact {
	address := url.URL{Path: s.o.path(file)}
	return sarifArtifact{address.EscapedPath(), sourceRoot}
}

func (s *sarif) suppression(by *finding.Silence) sarifSuppression {
	sup := sarifSuppression{Kind: "external", Justification: by.Reason}
	switch by.Source {
	case finding.FromComment:
		sup.Kind = "inSource"
		loc := s.location(finding.Span{File: by.File, Line: by.Line})
		sup.Location = &loc
	case finding.FromBaseline:
		sup.Justification = "in the baseline"
	}
	if by.Until != "" {
		sup.Justification += " (until " + by.Until + ")"
	}
	return sup
}

// fix returns a fix whose edits lie within the files they are for.
func (s *sarif) fix(fix *finding.Fix) (sarifFix, bool) {
	var changes []sarifArtifactChange
	at := make(map[string]int)
	for _, e := range fix.Edits {
		src := s.src.file(e.File)
		line, column, ok := src.position(e.Start)
		endLine, endColumn, okEnd := src.position(e.End)
		if !ok || !okEnd {
			return sarifFix{}, false
		}
		i, known := at[e.File]
		if !known {
			i = len(changes)
			at[e.File] = i
			changes = append(changes, sarifArtifactChange{Artifact: s.artifact(e.File)})
		}
		changes[i].Replacements = append(changes[i].Replacements, sarifReplacement{
			Deleted: sarifRegion{
				StartLine:   line,
				StartColumn: src.character(line, column),
				EndLine:     endLine,
				EndColumn:   src.character(endLine, endColumn),
			},
			Inserted: sarifText{Text: e.New},
		})
	}
	return sarifFix{sarifText{Text: fix.Message}, changes}, len(changes) > 0
}

func (s *sarif) notifications() []sarifNotification {
	var all []sarifNotification
	for _, f := range s.run.Failures {
		n := sarifNotification{Level: "error", Message: sarifText{Text: failureText(&f, s.o.path)}}
		if f.File != "" {
			n.Locations = []sarifLocation{s.location(finding.Span{File: f.File, Line: f.Line, Column: f.Column})}
		}
		all = append(all, n)
	}
	return all
}

// properties returns what else a reader of the log may want to know.
func (s *sarif) properties() map[string]any {
	d := newDocument(s.run)
	var rules []string
	for _, r := range s.run.Rules {
		rules = append(rules, r.Name())
	}
	slices.Sort(rules)
	p := map[string]any{
		"gomend/rules":      list(rules),
		"gomend/looked_at":  d.Looked,
		"gomend/hidden":     d.Hidden,
		"gomend/suppressed": len(d.Suppressed),
	}
	if s.run.Base != nil {
		p["gomend/base"] = s.run.Base.Revision
	}
	return p
}

func resultProperties(f *finding.Finding) map[string]any {
	p := map[string]any{"confidence": f.Confidence, "package": f.Package}
	if f.When != rule.Always {
		p["when"] = f.When
		p["mains"] = list(f.Mains)
	}
	if len(f.Platforms) > 0 {
		p["platforms"] = f.Platforms
	}
	if len(f.Evidence) > 0 {
		p["evidence"] = f.Evidence
	}
	if len(f.Weights) > 0 {
		p["weights"] = f.Weights
	}
	return p
}

func sarifLevel(s rule.Severity) string {
	switch s {
	case rule.Error:
		return "error"
	case rule.Warning:
		return "warning"
	}
	return "note"
}
