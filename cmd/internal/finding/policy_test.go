package finding_test

import (
	"slices"
	"testing"
	"time"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

var noon = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

func TestPolicy(t *testing.T) {
	sure := finding.Finding{
		Rule: "timerleak", Kind: "ticker", Confidence: rule.High, Severity: rule.Warning,
		Span: finding.Span{File: "api/v1/server.go", Line: 3, Column: 1},
	}
	likely, unsure, generated := sure, sure, sure
	likely.Confidence, unsure.Confidence, generated.Generated = rule.Medium, rule.Low, true

	set := func(ss ...finding.Setting) finding.Policy { return finding.Policy{Settings: ss} }
	exclude := func(ex finding.Exclusion) finding.Policy {
		return finding.Policy{Exclusions: []finding.Exclusion{ex}}
	}
	for _, test := range []struct {
		name    string
		policy  finding.Policy
		finding finding.Finding
		want    string
	}{
		{"the default shows what is sure", finding.Policy{}, sure, "shown"},
		{"and nothing less", finding.Policy{}, likely, "less sure"},
		{"medium shows medium", finding.Policy{Confidence: rule.Medium}, likely, "shown"},
		{"medium hides low", finding.Policy{Confidence: rule.Medium}, unsure, "less sure"},
		{"low shows all", finding.Policy{Confidence: rule.Low}, unsure, "shown"},

		{"a rule turned off", set(finding.Setting{Ref: "timerleak", Switch: finding.Off}), sure, "off"},
		{"a kind turned off", set(finding.Setting{Ref: "timerleak/ticker", Switch: finding.Off}), sure, "off"},
		{"another kind turned off", set(finding.Setting{Ref: "timerleak/after", Switch: finding.Off}), sure, "shown"},
		{"a rule turned on", set(finding.Setting{Ref: "timerleak", Switch: finding.On}), unsure, "shown"},
		{"the last setting decides", set(
			finding.Setting{Ref: "timerleak", Switch: finding.Off},
			finding.Setting{Ref: "timerleak/ticker", Switch: finding.On}), unsure, "shown"},
		{"a setting for other files", set(
			finding.Setting{Ref: "timerleak", Switch: finding.Off, Paths: []string{"web"}}), sure, "shown"},
		{"a setting for its files", set(
			finding.Setting{Ref: "timerleak", Switch: finding.Off, Paths: []string{"web", "api/*"}}), sure, "off"},

		{"only its rule", finding.Policy{Only: []string{"timerleak"}}, sure, "shown"},
		{"only its rule is still about confidence", finding.Policy{Only: []string{"timerleak"}}, unsure, "less sure"},
		{"only its kind is not", finding.Policy{Only: []string{"timerleak/ticker"}}, unsure, "shown"},
		{"only another rule", finding.Policy{Only: []string{"deadlock"}}, sure, "off"},
		{"only is stronger than off", finding.Policy{
			Only:     []string{"timerleak"},
			Settings: []finding.Setting{{Ref: "timerleak", Switch: finding.Off}},
		}, sure, "shown"},
		{"skip is stronger than on", finding.Policy{
			Skip:     []string{"timerleak"},
			Settings: []finding.Setting{{Ref: "timerleak", Switch: finding.On}},
		}, sure, "off"},
		{"skip a kind of the only rule", finding.Policy{Only: []string{"timerleak"}, Skip: []string{"timerleak/ticker"}}, sure, "off"},

		{"generated code", finding.Policy{}, generated, "generated"},
		{"generated code that was asked for", finding.Policy{Generated: true}, generated, "shown"},

		{"an excluded file", exclude(finding.Exclusion{Paths: []string{"api/v1/server.go"}}), sure, "excluded"},
		{"an excluded folder", exclude(finding.Exclusion{Paths: []string{"api"}}), sure, "excluded"},
		{"an excluded pattern", exclude(finding.Exclusion{Paths: []string{"**/*{er,or}.go"}}), sure, "excluded"},
		{"a pattern for a folder", exclude(finding.Exclusion{Paths: []string{"**/v1"}}), sure, "excluded"},
		{"a name is not its beginning", exclude(finding.Exclusion{Paths: []string{"ap"}}), sure, "shown"},
		{"a star stays within a folder", exclude(finding.Exclusion{Paths: []string{"*.go"}}), sure, "shown"},
		{"an exclusion of other rules", exclude(finding.Exclusion{Paths: []string{"api"}, Rules: []string{"deadlock"}}), sure, "shown"},
		{"an exclusion of its rule", exclude(finding.Exclusion{Paths: []string{"api"}, Rules: []string{"deadlock", "timerleak"}}), sure, "excluded"},
		{"an exclusion on its last day", exclude(finding.Exclusion{Paths: []string{"api"}, Until: "2026-06-15"}), sure, "excluded"},
		{"an exclusion the day after", exclude(finding.Exclusion{Paths: []string{"api"}, Until: "2026-06-14"}), sure, "shown expired"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := where(test.policy.Apply([]finding.Finding{test.finding}, noon)); got != test.want {
				t.Errorf("it is %s, want %s", got, test.want)
			}
		})
	}
}

// where says in which parts of the outcome findings are.
func where(out finding.Outcome) string {
	var parts string
	add := func(name string, n int) {
		if n > 0 && parts != "" {
			parts += " "
		}
		if n > 0 {
			parts += name
		}
	}
	expired := slices.IndexFunc(out.Shown, func(f finding.Finding) bool { return f.ID() == "suppression/expired" })
	shown := len(out.Shown)
	if expired >= 0 {
		shown--
	}
	add("shown", shown)
	add("excluded", len(out.Excluded))
	add("less sure", len(out.LessSure))
	add("generated", len(out.Generated))
	add("off", len(out.Off))
	add("expired", len(out.Shown)-shown)
	return parts
}

func TestSeverityIsSetByTheLastSetting(t *testing.T) {
	p := finding.Policy{Settings: []finding.Setting{
		{Ref: "timerleak", Severity: rule.Error},
		{Ref: "timerleak/ticker", Severity: rule.Info},
		{Ref: "timerleak", Switch: finding.On}, // says nothing about severity
		{Ref: "timerleak", Severity: rule.Warning, Paths: []string{"elsewhere"}},
	}}
	f := at(1, "timerleak/ticker")
	f.Confidence = rule.High
	out := p.Apply([]finding.Finding{f}, noon)
	if len(out.Shown) != 1 || out.Shown[0].Severity != rule.Info {
		t.Errorf("shown %+v, want severity info", out.Shown)
	}
	if f.Severity != "" {
		t.Error("the caller's finding was changed")
	}
}

func TestAnExpiredExclusionIsReportedOnceWhereItStands(t *testing.T) {
	p := finding.Policy{Exclusions: []finding.Exclusion{{
		Paths: []string{"a.go"}, Until: "2026-01-01", Reason: "rewritten by then", File: "gomend.yaml", Line: 7,
	}}}
	a, b := at(1, "timerleak"), at(2, "timerleak")
	a.Confidence, b.Confidence = rule.High, rule.High
	out := p.Apply([]finding.Finding{a, b}, noon)
	if len(out.Shown) != 3 {
		t.Fatalf("shown %+v, want both findings and one about the exclusion", out.Shown)
	}
	got := out.Shown[2]
	if got.ID() != "suppression/expired" || got.File != "gomend.yaml" || got.Line != 7 || got.Fingerprint == "" {
		t.Errorf("reported %+v, want suppression/expired at gomend.yaml:7", got)
	}

	p.Settings = []finding.Setting{{Ref: "suppression/expired", Switch: finding.Off}}
	if out := p.Apply([]finding.Finding{a, b}, noon); len(out.Shown) != 2 {
		t.Errorf("shown %+v, want no word about the exclusion", out.Shown)
	}
}

func TestExcludedFindingsKeepTheReason(t *testing.T) {
	p := finding.Policy{Exclusions: []finding.Exclusion{{
		Paths: []string{"a.go"}, Reason: "vendored", Until: "2027-01-01", File: "gomend.yaml", Line: 7,
	}}}
	out := p.Apply([]finding.Finding{at(1, "timerleak")}, noon)
	want := finding.Silence{Source: finding.FromConfig, Reason: "vendored", Until: "2027-01-01", File: "gomend.yaml", Line: 7}
	if len(out.Excluded) != 1 || out.Excluded[0].By != want {
		t.Errorf("excluded %+v, want one by %+v", out.Excluded, want)
	}
}
