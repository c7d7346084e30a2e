package report

import (
	"strings"
	"unicode/utf8"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// rule returns the descriptor of a finding's rule and kind: from the rule's
// table, or, for a plugin's rule, from what the finding itself says.
func (s *sarif) rule(f *finding.Finding) sarifRule {
	d := sarifRule{
		ID:      f.ID(),
		Name:    f.ID(),
		HelpURI: f.URL,
		Default: sarifConfiguration{sarifLevel(f.Severity)},
		Properties: sarifRuleProperties{
			Precision:       string(f.Confidence),
			ProblemSeverity: problemSeverity(f.Severity),
			Tags:            []string{"reliability"},
		},
		ShortDescription: sarifText{Text: "Finding of " + f.ID()},
		FullDescription:  sarifText{Text: "A plugin reports this; gomend has no description of it."},
		Help:             sarifText{Text: "A plugin reports this; gomend has no description of it."},
	}
	for _, r := range s.run.Rules {
		if r.Name() == f.Rule {
			describe(&d, r, f.Kind)
		}
	}
	return d
}

// describe fills in what the rule's table says.
func describe(d *sarifRule, r *rule.Rule, kindName string) {
	kind, ok := r.Kind(kindName)
	summary := kind.Summary
	if !ok {
		summary = r.Title + "."
	} else {
		d.Default.Level = sarifLevel(kind.Severity)
		d.Properties.Precision = string(kind.Confidence)
		d.Properties.ProblemSeverity = problemSeverity(kind.Severity)
	}
	d.ShortDescription = sarifText{Text: r.Title}
	d.FullDescription = sarifText{Text: shorten(summary, maxDescription)}
	d.Help = sarifText{Text: summary}
	if page := strings.TrimSpace(r.Page); page != "" {
		d.Help = sarifText{Text: page, Markdown: page}
	}
}

func problemSeverity(s rule.Severity) string {
	switch s {
	case rule.Error:
		return "error"
	case rule.Warning:
		return "warning"
	}
	return "recommendation"
}

// shorten returns text in at most limit bytes.
func shorten(text string, limit int) string {
	const dots = "…"
	if len(text) <= limit {
		return text
	}
	text = text[:limit-len(dots)]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text + dots
}
