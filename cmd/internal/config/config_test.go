package config_test

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/workspace/affected"
	"github.com/gomend/gomend/workspace/graph"
)

func TestPolicyPutsTheSpecialAfterTheGeneral(t *testing.T) {
	l := policies(t, map[string]string{"example.com/p@v1.0.0": `version: 1
rules:
  timerleak/after-in-loop: {report: on, severity: error}
`})
	c, err := load(t, l, `version: 1
extends: example.com/p@v1.0.0
confidence: medium
generated: report
rules:
  timerleak/after-in-loop:
    severity: info
    overrides: [{paths: [x], report: off}]
  timerleak:
    report: off
    overrides: [{paths: ["**/*_test.go"], severity: warning}]
exclude: [{paths: [api, "*.go"], rules: [deadlock], reason: why, until: 2027-01-31}]
`)
	if err != nil {
		t.Fatal(err)
	}
	want := &finding.Policy{
		Confidence: rule.Medium,
		Generated:  true,
		Settings: []finding.Setting{
			{Ref: "timerleak/after-in-loop", Switch: finding.On, Severity: rule.Error},
			{Ref: "timerleak", Switch: finding.Off},
			{Ref: "timerleak/after-in-loop", Severity: rule.Info},
			{Ref: "timerleak", Paths: []string{"**/*_test.go"}, Severity: rule.Warning},
			{Ref: "timerleak/after-in-loop", Paths: []string{"x"}, Switch: finding.Off},
		},
		Exclusions: []finding.Exclusion{{
			Paths: []string{"api", "*.go"}, Rules: []string{"deadlock"}, Reason: "why", Until: "2027-01-31",
			File: "gomend.yaml", Line: 12,
		}},
	}
	if got := c.Policy("."); !reflect.DeepEqual(got, want) {
		t.Errorf("the policy is\n%+v\nwant\n%+v", got, want)
	}
}

func TestPathsAreRelativeToTheFile(t *testing.T) {
	c, err := load(t, loader(), `version: 1
rules:
  timerleak: {overrides: [{paths: ["*.go"], report: off}]}
exclude: [{paths: ["**/old/"], reason: why}]
`)
	if err != nil {
		t.Fatal(err)
	}
	c.Dir = filepath.Join("root", "api")
	p := c.Policy("root")
	if got := p.Settings[1].Paths[0]; got != "api/*.go" {
		t.Errorf("the override is for %s, want api/*.go", got)
	}
	if got := p.Exclusions[0].Paths[0]; got != "api/**/old" {
		t.Errorf("the exclusion is for %s, want api/**/old", got)
	}
}

func TestAnalysisFlagsAreCanonical(t *testing.T) {
	const want = "-models=blocks=example.com/a.F,example.com/b.F;never-returns=example.com/b.(*T).M -timerleak.depth=3 -timerleak.wrappers=true"
	for _, content := range []string{`
rules:
  timerleak: {settings: {depth: 3, wrappers: true}}
  acme.nosleep: {settings: {max: 5}}
models:
  blocks: [example.com/b.F, example.com/a.F]
  never-returns: [example.com/b.(*T).M]
`, `
models:
  never-returns: [example.com/b.(*T).M, example.com/b.(*T).M]
  blocks: [example.com/a.F, example.com/b.F]
rules:
  acme.nosleep: {settings: {max: "5"}}
  timerleak: {severity: error, settings: {wrappers: "true", depth: "3"}}
`} {
		c, err := load(t, loader(), "version: 1\nplugins: [{name: acme, path: a}]\n"+content)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(c.AnalysisFlags(), " "); got != want {
			t.Errorf("flags %s, want %s", got, want)
		}
		if got := strings.Join(c.PluginFlags("acme"), " "); got != "-nosleep.max=5" {
			t.Errorf("flags of the plugin %s, want -nosleep.max=5", got)
		}
	}
}

// What is applied to results must not change the flags, or the cache would be
// of no use after an edit of the configuration.
func TestReportingChangesNoFlag(t *testing.T) {
	c, err := load(t, loader(), `version: 1
confidence: low
fail-on: info
rules: {timerleak: off, deadlock: {severity: info}}
exclude: [{paths: [a], reason: why}]
generated: report
baseline: b.json
`)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.AnalysisFlags(); len(got) != 0 {
		t.Errorf("flags %v, want none", got)
	}
}

func TestOverride(t *testing.T) {
	c, err := load(t, loader(), "version: 1\nconfidence: low\nplatforms: [linux/amd64, windows/amd64]\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []struct {
		key, flag string
		values    []string
	}{
		{"confidence", "--confidence", []string{"medium"}},
		{"platforms", "--platform", []string{"darwin/arm64"}},
		{"tags", "--tags", []string{"386", "x"}},
	} {
		if err := c.Override(o.key, o.flag, o.values...); err != nil {
			t.Fatal(err)
		}
	}
	const want = `confidence = medium (flag --confidence)
fail-on = warning (default)
generated = skip (default)
platforms[0] = darwin/arm64 (flag --platform)
tags[0] = 386 (flag --tags)
tags[1] = x (flag --tags)
`
	if got := outcome(c, nil); string(got.Data) != want {
		t.Errorf("in force is\n%s\nwant\n%s", got.Data, want)
	}

	for _, test := range []struct {
		key    string
		values []string
		want   string
	}{
		{"confidence", []string{"hihg"}, `--flag: confidence cannot be "hihg": did you mean high?`},
		{"confidence", []string{"high", "low"}, "--flag: confidence must be a text"},
		{"platforms", []string{"linux"}, `--flag: platforms[0]: "linux" is not a platform`},
		{"nonsense", []string{"x"}, "--flag: there is no key"},
	} {
		if err := c.Override(test.key, "--flag", test.values...); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s=%v fails with %v; want an error with %q", test.key, test.values, err, test.want)
		}
	}
	if c.Confidence != rule.Medium {
		t.Errorf("after a refusal confidence is %s", c.Confidence)
	}
}

func TestUnbuildable(t *testing.T) {
	c, err := load(t, loader(), `version: 1
unbuildable:
  - {packages: [./old/..., example.com/shop/cuda, example.com/.../gen], reason: why, until: 2026-06-15}
  - {packages: [example.com/shop/win], platforms: [linux/amd64], reason: why}
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		entry                     int
		importPath, dir, platform string
		want                      bool
	}{
		{0, "example.com/shop/old", "old", "linux/amd64", true},
		{0, "example.com/shop/old/x", "old/x", "linux/amd64", true},
		{0, "example.com/shop/older", "older", "linux/amd64", false},
		{0, "example.com/shop/x/old", "x/old", "linux/amd64", false},
		{0, "example.com/shop/cuda", "cuda", "linux/amd64", true},
		{0, "example.com/shop/cuda/x", "cuda/x", "linux/amd64", false},
		{0, "example.com/shop/a/b/gen", "a/b/gen", "linux/amd64", true},
		{0, "example.com/shop/a/b/gen/x", "a/b/gen/x", "linux/amd64", false},
		{1, "example.com/shop/win", "win", "linux/amd64", true},
		{1, "example.com/shop/win", "win", "windows/amd64", false},
	} {
		if got := c.Unbuildable[test.entry].Covers(test.importPath, test.dir, test.platform); got != test.want {
			t.Errorf("%s in %s on %s: %v, want %v", test.importPath, test.dir, test.platform, got, test.want)
		}
	}
	lastDay := time.Date(2026, 6, 15, 23, 0, 0, 0, time.UTC)
	if u := c.Unbuildable[0]; u.Expired(lastDay) || !u.Expired(lastDay.Add(time.Hour)) {
		t.Error("it does not expire at the end of its last day")
	}
	if c.Unbuildable[1].Expired(lastDay) {
		t.Error("without a last day it expires")
	}
}

// The rules of a policy come first, and each pattern is known where it stands.
func TestEdges(t *testing.T) {
	l := policies(t, map[string]string{"example.com/p@v1.0.0": `version: 1
edges: [{from: [work], deny: [unsafe], reason: no}]
`})
	c, err := load(t, l, `version: 1
extends: example.com/p@v1.0.0
edges:
  - between: modules
    from: [./api/..., ./a/../b]
    from-except: [./api/...]
    allow: []
    except: [example.com/x]
    tests: count
    reason: why
`)
	if err != nil {
		t.Fatal(err)
	}
	c.Dir = filepath.Join("root", "shop")
	api := filepath.Join("root", "shop", "api", "...")
	b := filepath.Join("root", "shop", "b")
	want := []graph.Rule{
		{From: []string{"work"}, To: []string{"unsafe"}, Reason: "no"},
		{
			From: []string{api, b}, FromExcept: []string{api}, ToExcept: []string{"example.com/x"},
			Only: true, Modules: true, Tests: true, Reason: "why",
		},
	}
	e := c.Edges()
	if !reflect.DeepEqual(e.Rules, want) {
		t.Fatalf("the rules are\n%+v\nwant\n%+v", e.Rules, want)
	}
	for _, test := range []struct {
		rule          int
		pattern, want string
	}{
		{0, "unsafe", "unsafe example.com/p@v1.0.0/gomend.yaml:2:31"},
		{1, b, "./a/../b gomend.yaml:5:23"},
		{1, api, "./api/... gomend.yaml:5:12"},
		{1, "example.com/x", "example.com/x gomend.yaml:8:14"},
	} {
		text, pos := e.Written(&e.Rules[test.rule], test.pattern)
		if got := text + " " + pos.String(); got != test.want {
			t.Errorf("%s is written as %s, want %s", test.pattern, got, test.want)
		}
	}
	if got := e.Pos(&e.Rules[1]).String(); got != "gomend.yaml:4:5" {
		t.Errorf("the rule stands at %s", got)
	}
}

// Files and folders are relative to the file, import paths are not. What is said in a
// folder concerns the folder.
func TestInputs(t *testing.T) {
	l := policies(t, map[string]string{"example.com/p@v1.0.0": `version: 1
inputs: [{files: ["**/*.sql"], packages: [example.com/shop/db/..., ...test], reason: embedded by a generator}]
`})
	c, err := load(t, l, `version: 1
extends: example.com/p@v1.0.0
inputs:
  - files: [api/*.proto, "schema/{a,b}"]
    packages: [./gen/..., example.com/pb]
    reason: protoc
  - files: [deploy.yaml]
    packages: [./...]
    effect: tests
    reason: tests start it
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		folder  string // of gomend.yaml
		rule    int
		file    string
		matches bool
	}{
		{".", 0, "db/tables/users.sql", true},
		{".", 0, "db/tables/users.txt", false},
		{".", 1, "api/shop.proto", true},
		{".", 1, "api/v1/shop.proto", false},
		{".", 1, "schema/b/x/y.json", true},
		{"shop", 1, "shop/api/shop.proto", true},
		{"shop", 1, "api/shop.proto", false},
		{"shop", 0, "db/users.sql", false},
	} {
		c.Dir = filepath.Join("root", test.folder)
		if got := c.Inputs("root").Rules[test.rule].Files(test.file); got != test.matches {
			t.Errorf("in %s, rule %d: %s: got %t", test.folder, test.rule, test.file, got)
		}
	}
	for _, test := range []struct {
		folder, path, dir string
		rule              int
		concerned         bool
	}{
		{".", "example.com/shop/db", "db", 0, true},
		{".", "example.com/shop/dbx", "dbx", 0, false},
		{"shop", "example.com/shop/db/inner", "db/inner", 0, true},
		{".", "example.com/shop/gen/v1", "gen/v1", 1, true},
		{".", "example.com/shop/gen", "gen", 1, true},
		{".", "example.com/pb", "third/pb", 1, true},
		{".", "example.com/shop/api", "api", 1, false},
		{"shop", "example.com/shop/gen", "shop/gen", 1, true},
		{"shop", "example.com/gen", "gen", 1, false},
		{"shop", "example.com/shop", "shop", 2, true},
		{"shop", "example.com/shopping", "shopping", 2, false},
		{"shop", "example.com/dbtest", "dbtest", 0, true},
	} {
		c.Dir = filepath.Join("root", test.folder)
		if got := c.Inputs("root").Rules[test.rule].Packages(test.path, test.dir); got != test.concerned {
			t.Errorf("in %s, rule %d: %s in %s: got %t", test.folder, test.rule, test.path, test.dir, got)
		}
	}
	in := c.Inputs("root")
	if in.Rules[1].Effect != 0 || in.Rules[2].Effect != affected.Tests {
		t.Errorf("the effects are %v and %v", in.Rules[1].Effect, in.Rules[2].Effect)
	}
	if p := in.Patterns[3]; p.Text != "example.com/pb" || p.Pos.String() != "gomend.yaml:5:27" {
		t.Errorf("a pattern is %s at %s", p.Text, p.Pos)
	}
}
