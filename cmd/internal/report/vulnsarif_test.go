package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/reach"
	"github.com/gomend/gomend/workspace"
)

// vulns is a code base of two modules, of which one calls what the other only imports.
func vulns(t *testing.T) *report.Vulns {
	t.Helper()
	root := t.TempDir()
	module := func(name, goMod string) *workspace.Module {
		f, err := modfile.Parse("go.mod", []byte(goMod), nil)
		if err != nil {
			t.Fatal(err)
		}
		return &workspace.Module{Path: f.Module.Mod.Path, Dir: filepath.Join(root, name), Rel: name, File: f}
	}
	api := module("api", "module example.com/api\n\ngo 1.21\n\nrequire (\n\texample.com/dep v1.0.0\n\texample.com/other v0.1.0\n)\n")
	lib := module("lib", "module example.com/lib\n\ngo 1.21\n")
	platform := govuln.Platform{OS: "linux", Arch: "amd64"}
	e := &osv.Entry{ID: "GO-2026-0001", Summary: "It [is] wrong", Aliases: []string{"CVE-2026-1"}, DatabaseSpecific: &osv.DatabaseSpecific{URL: "https://example.com/1", ReviewStatus: osv.Reviewed}}
	std := &osv.Entry{ID: "GO-2026-0002", Details: "The standard library\nis wrong."}
	call := govuln.Call{Package: "example.com/dep", Symbol: "F", Trace: []reach.Frame{
		{Package: "example.com/api/web", Module: "example.com/api", Receiver: "*Server", Function: "Serve", File: "web/a b.go", Line: 7, Column: 3},
		{Package: "example.com/mid", Function: "G"},
		{Package: "example.com/dep", Function: "F", File: "dep.go", Line: 1, Column: 1},
	}}
	r := &govuln.Result{
		Findings: []*govuln.Finding{
			{Advisory: e, Module: api, View: workspace.Work, Platform: platform, Level: govuln.Imported, Precision: govuln.BySymbol, Dependency: "example.com/dep", Version: "v1.1.0", Packages: []string{"example.com/dep"}},
			{Advisory: e, Module: api, View: workspace.Release, Platform: platform, Level: govuln.Called, Precision: govuln.BySymbol, Dependency: "example.com/dep", Version: "v1.0.0", Fixed: "v1.2.0", Packages: []string{"example.com/dep"}, Calls: []govuln.Call{call}},
			{Advisory: std, Module: lib, View: workspace.Release, Platform: platform, Level: govuln.Imported, Precision: govuln.ByPackage, Dependency: osv.Stdlib, Version: "v1.21.0", Packages: []string{"net/http"}},
		},
		Scanned:  []govuln.Scanned{{Module: api, View: workspace.Release, Platform: platform}, {Module: api, View: workspace.Work, Platform: platform}, {Module: lib, View: workspace.Release, Platform: platform}},
		Failures: []govuln.Failure{{Module: lib, View: workspace.Work, Platform: platform, Err: errors.New("it does not build")}},
	}
	name := func(file string) string {
		rel, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		return filepath.ToSlash(rel)
	}
	accepted := &config.Acceptance{Reason: "why", Owner: "me", Until: "2027-01-31"}
	return &report.Vulns{Result: r, Path: name, InRepository: name, Gomend: "v0.1.0", Accepted: func(f *govuln.Finding) *config.Acceptance {
		if f.Advisory == std {
			return accepted
		}
		return nil
	}, Cleared: func(*govuln.Finding) string { return "" }, Seen: func(*govuln.Finding) []report.Seen { return nil }}
}

// Code scanning gets a run for each module, and of views the finding that is nearest.
func TestSARIFOfVulnerabilities(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteVulns(&b, report.SARIF, vulns(t)); err != nil {
		t.Fatal(err)
	}
	if err := validate(t, officialSchema(t), b.Bytes()); err != nil {
		t.Error(err)
	}
	var log struct {
		Runs []struct {
			AutomationDetails struct{ ID string }
			Invocations       []struct{ ExecutionSuccessful bool }
			Results           []struct {
				RuleID, Level string
				Message       struct{ Text string }
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
				Suppressions []any
				CodeFlows    []struct {
					ThreadFlows []struct {
						Locations []struct {
							Location struct{ Message struct{ Text string } }
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 2 || log.Runs[0].AutomationDetails.ID != "gomend/vuln/api/" || log.Runs[1].AutomationDetails.ID != "gomend/vuln/lib/" {
		t.Fatalf("the runs are %+v", log.Runs)
	}
	if !log.Runs[0].Invocations[0].ExecutionSuccessful || log.Runs[1].Invocations[0].ExecutionSuccessful {
		t.Error("that lib could not be looked at is not told, or of api")
	}
	api, lib := log.Runs[0].Results, log.Runs[1].Results
	if len(api) != 1 || api[0].Level != "error" || api[0].Locations[0].PhysicalLocation.ArtifactLocation.URI != "api/web/a%20b.go" || api[0].Locations[0].PhysicalLocation.Region.StartLine != 7 ||
		api[0].Message.Text != `It \[is\] wrong. (*web.Server).Serve calls mid.G calls dep.F. [example.com/dep v1.0.0](1): mended in v1.2.0.` {
		t.Errorf("of api is told %+v", api)
	}
	var steps []string
	for _, step := range api[0].CodeFlows[0].ThreadFlows[0].Locations {
		steps = append(steps, step.Location.Message.Text)
	}
	if want := []string{"(*web.Server).Serve calls mid.G", "mid.G", "dep.F"}; !slices.Equal(steps, want) {
		t.Errorf("the code flow is %q, want %q", steps, want)
	}
	if len(lib) != 1 || lib[0].Level != "warning" || lib[0].Locations[0].PhysicalLocation.Region.StartLine != 3 || len(lib[0].Suppressions) != 1 {
		t.Errorf("of lib is told %+v", lib)
	}
}

// What is accepted is no annotation. One stands where the dependency is required: that is what
// is to change.
func TestAnnotationsOfVulnerabilities(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteVulns(&b, report.GitHub, vulns(t)); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"::error title=gomend could not look at this::module example.com/lib (work, linux/amd64): it does not build",
		"::error file=api/go.mod,line=6,title=GO-2026-0001 is called::It [is] wrong. api/web/a b.go:7: (*web.Server).Serve calls mid.G calls dep.F. example.com/dep v1.0.0: mended in v1.2.0.",
		"",
	}
	var got []string
	for line := range bytes.SplitSeq(b.Bytes(), []byte("\n")) {
		got = append(got, string(line))
	}
	if !slices.Equal(got, want) {
		t.Errorf("annotations are\n%q, want\n%q", got, want)
	}
}

// The document is as its schema says.
func TestJSONOfVulnerabilities(t *testing.T) {
	schema, err := os.ReadFile(filepath.FromSlash("../../../docs/schema/vuln.schema.json"))
	if err != nil {
		t.Skip("docs are not here: this module stands alone")
	}
	v := vulns(t)
	v.Since = &govuln.Comparison{Commit: "0123456789ab", Origins: map[*govuln.Finding]govuln.Origin{}}
	for _, f := range v.Findings {
		v.Since.Origins[f] = govuln.ByDatabase
	}
	var b bytes.Buffer
	if err := report.WriteVulns(&b, report.JSON, v); err != nil {
		t.Fatal(err)
	}
	if err := validate(t, compile(t, string(schema)), b.Bytes()); err != nil {
		t.Error(err)
	}
}
