package govuln_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/workspace"
)

func TestJudge(t *testing.T) {
	api, worker := &workspace.Module{Rel: "api"}, &workspace.Module{Rel: "worker"}
	entry := &osv.Entry{ID: "GO-2026-0001", Aliases: []string{"CVE-2026-1"}}
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	find := func(m *workspace.Module, view workspace.View, level govuln.Level, fixed string) *govuln.Finding {
		return &govuln.Finding{Advisory: entry, Module: m, View: view, Level: level, Dependency: "example.com/dep", Fixed: fixed}
	}
	day := func(n int) time.Time { return now.Add(time.Duration(n) * 24 * time.Hour) }
	inTests := find(api, workspace.Release, govuln.Called, "")
	inTests.Tests = true
	entry.Published = day(-20)
	published := func(at time.Time) *govuln.Finding {
		f := find(api, workspace.Release, govuln.Called, "")
		f.Advisory = &osv.Entry{ID: "GO-2026-0002", Published: at}
		return f
	}
	for _, test := range []struct {
		name     string
		findings []*govuln.Finding
		policy   govuln.Policy
		failing  int
		accepted int
		wrong    string
	}{
		{"called in what ships", []*govuln.Finding{find(api, workspace.Release, govuln.Called, "")}, govuln.Policy{}, 1, 0, ""},
		{"called as it is developed", []*govuln.Finding{find(api, workspace.Work, govuln.Called, "")}, govuln.Policy{}, 0, 0, ""},
		{"that view decides", []*govuln.Finding{find(api, workspace.Work, govuln.Called, "")}, govuln.Policy{Ships: []workspace.View{workspace.Work}}, 1, 0, ""},
		{"called by tests", []*govuln.Finding{inTests}, govuln.Policy{}, 0, 0, ""},
		{"imported", []*govuln.Finding{find(api, workspace.Release, govuln.Imported, "")}, govuln.Policy{}, 0, 0, ""},
		{"imported fails", []*govuln.Finding{find(api, workspace.Release, govuln.Imported, "")}, govuln.Policy{FailOn: govuln.Imported}, 1, 0, ""},
		{
			"accepted by an alias",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, "")},
			govuln.Policy{Accepted: []*govuln.Acceptance{{Advisory: "CVE-2026-1", Until: day(90)}}},
			0, 1, "",
		},
		{
			"accepted by level and precision",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, ""), find(worker, workspace.Release, govuln.Imported, "")},
			govuln.Policy{FailOn: govuln.Imported, Accepted: []*govuln.Acceptance{{Levels: []govuln.Level{govuln.Imported}, Precisions: []govuln.Precision{""}, Until: day(1)}}},
			1, 1, "",
		},
		{
			"accepted in tests",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, ""), inTests},
			govuln.Policy{Accepted: []*govuln.Acceptance{{Kinds: []govuln.Kind{govuln.InTests}, Until: day(1)}}},
			1, 1, "",
		},
		{
			"accepted as long as nothing mends it",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, ""), find(worker, workspace.Release, govuln.Called, "v1.2.0")},
			govuln.Policy{Accepted: []*govuln.Acceptance{{Fixable: new(bool), Until: day(1)}}},
			1, 1, "",
		},
		{
			"accepted while it is young",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, ""), published(day(-40))},
			govuln.Policy{Accepted: []*govuln.Acceptance{{MaxAge: 30 * 24 * time.Hour, Until: day(1)}}},
			1, 1, "",
		},
		{
			"what does not count",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, ""), find(worker, workspace.Release, govuln.Called, "")},
			govuln.Policy{Counts: func(f *govuln.Finding) bool { return f.Module == worker }},
			1, 0, "",
		},
		{
			"accepted for one module",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, ""), find(worker, workspace.Release, govuln.Called, "")},
			govuln.Policy{Accepted: []*govuln.Acceptance{{Advisory: "GO-2026-0001", Module: func(m *workspace.Module) bool { return m == api }, Until: day(1)}}},
			1, 1, "",
		},
		{
			"over",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, "")},
			govuln.Policy{Accepted: []*govuln.Acceptance{{Advisory: "GO-2026-0001", Until: day(-1)}}},
			1, 0, "its time is over",
		},
		{
			"too long",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, "")},
			govuln.Policy{Accepted: []*govuln.Acceptance{{Advisory: "GO-2026-0001", Until: day(91)}}},
			0, 1, "more than 90 days",
		},
		{
			"a fix exists",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, "v1.2.0")},
			govuln.Policy{Accepted: []*govuln.Acceptance{{Advisory: "GO-2026-0001", Until: day(1)}}},
			0, 1, "example.com/dep v1.2.0 mends it",
		},
		{
			"a fix exists, and a reason",
			[]*govuln.Finding{find(api, workspace.Release, govuln.Called, "v1.2.0")},
			govuln.Policy{Accepted: []*govuln.Acceptance{{Advisory: "GO-2026-0001", Until: day(1), Unfixed: "why"}}},
			0, 1, "",
		},
		{"not needed", nil, govuln.Policy{Whole: true, Accepted: []*govuln.Acceptance{{Advisory: "GO-2026-0001", Until: day(1)}}}, 0, 0, "nothing is found of it"},
		{"not looked for", nil, govuln.Policy{Accepted: []*govuln.Acceptance{{Advisory: "GO-2026-0001", Until: day(1)}}}, 0, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.policy.Now = now
			v := test.policy.Judge(test.findings)
			if len(v.Failing) != test.failing || len(v.Accepted) != test.accepted {
				t.Errorf("%d fail and %d are accepted, want %d and %d", len(v.Failing), len(v.Accepted), test.failing, test.accepted)
			}
			wrong := slices.ContainsFunc(v.Wrong, func(w govuln.WrongAcceptance) bool { return strings.Contains(w.Why, test.wrong) })
			if wrong != (test.wrong != "") || len(v.Wrong) > 1 {
				t.Errorf("wrong is %v, want %q", v.Wrong, test.wrong)
			}
		})
	}
}
