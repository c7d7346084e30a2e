package osv_test

import (
	"testing"

	"github.com/gomend/gomend/govuln/osv"
)

func affected(path string, events ...osv.Event) osv.Affected {
	a := osv.Affected{Module: osv.Module{Path: path, Ecosystem: "Go"}}
	if events != nil {
		a.Ranges = []osv.Range{{Type: osv.Semver, Events: events}}
	}
	return a
}

func TestContains(t *testing.T) {
	always := affected("m")
	twice := affected("m", osv.Event{Introduced: "0"}, osv.Event{Fixed: "1.2.0"}, osv.Event{Introduced: "1.5.0"}, osv.Event{Fixed: "1.5.3"})
	unsorted := affected("m", osv.Event{Fixed: "1.5.3"}, osv.Event{Introduced: "1.5.0"}, osv.Event{Fixed: "1.2.0"}, osv.Event{Introduced: "0"})
	open := affected("m", osv.Event{Introduced: "1.0.0"})
	empty := osv.Affected{Ranges: []osv.Range{{Type: osv.Semver}}}
	foreign := osv.Affected{Ranges: []osv.Range{{Type: "ECOSYSTEM", Events: []osv.Event{{Introduced: "0"}}}}}
	for _, test := range []struct {
		name     string
		affected osv.Affected
		version  string
		want     bool
	}{
		{"no ranges", always, "v0.0.1", true},
		{"a range without events", empty, "v0.0.1", true},
		{"ranges of another type alone", foreign, "v0.0.1", true},
		{"before the first fix", twice, "v1.1.9", true},
		{"a pre-release of the fix", twice, "v1.2.0-rc.1", true},
		{"the fix", twice, "v1.2.0", false},
		{"between", twice, "v1.4.9", false},
		{"introduced again", twice, "v1.5.0", true},
		{"fixed again", twice, "v1.5.3", false},
		{"unsorted events", unsorted, "v1.5.1", true},
		{"unsorted events, between", unsorted, "v1.3.0", false},
		{"before it was introduced", open, "v0.9.0", false},
		{"never fixed", open, "v9.0.0+incompatible", true},
		{"a pseudo-version", twice, "v1.1.10-0.20220101000000-0123456789ab", true},
	} {
		if got := test.affected.Contains(test.version); got != test.want {
			t.Errorf("%s: Contains(%s) = %t", test.name, test.version, got)
		}
	}
}

func TestFix(t *testing.T) {
	e := osv.Entry{Affected: []osv.Affected{
		affected("m", osv.Event{Introduced: "1.0.0"}, osv.Event{Fixed: "1.5.0"}, osv.Event{Introduced: "2.0.0"}, osv.Event{Fixed: "2.1.0"}),
		affected("m", osv.Event{Introduced: "1.4.0"}, osv.Event{Fixed: "1.6.0"}),
		affected("other", osv.Event{Introduced: "0"}, osv.Event{Fixed: "0.1.0"}),
		affected("lost", osv.Event{Introduced: "0"}),
	}}
	for _, test := range []struct{ module, version, want string }{
		{"m", "v1.0.0", "v1.6.0"}, // v1.5.0 is concerned by the second range
		{"m", "v1.5.0", "v1.6.0"},
		{"m", "v2.0.0", "v2.1.0"},
		{"other", "v0.0.1", "v0.1.0"},
		{"lost", "v1.0.0", ""},
		{"unheard of", "v1.0.0", ""},
	} {
		if got := e.Fix(test.module, test.version); got != test.want {
			t.Errorf("Fix(%s, %s) = %q, want %q", test.module, test.version, got, test.want)
		}
	}
}

func TestLatestFix(t *testing.T) {
	for _, test := range []struct {
		affected osv.Affected
		want     string
	}{
		{affected("m", osv.Event{Introduced: "0"}, osv.Event{Fixed: "1.2.0"}), "1.2.0"},
		{affected("m", osv.Event{Introduced: "0"}, osv.Event{Fixed: "1.2.0"}, osv.Event{Introduced: "1.5.0"}), ""},
		{affected("m", osv.Event{Introduced: "0"}), ""},
		{affected("m"), ""},
	} {
		if got := test.affected.LatestFix(); got != test.want {
			t.Errorf("LatestFix of %v = %q, want %q", test.affected.Ranges, got, test.want)
		}
	}
}

func TestReleases(t *testing.T) {
	for _, test := range []struct{ release, version string }{
		{"go1.4", "v1.4.0"},
		{"go1.20", "v1.20.0"},
		{"go1.20.14", "v1.20.14"},
		{"go1.21.0", "v1.21.0"},
		{"go1.26.8", "v1.26.8"},
		{"go1.27rc1", "v1.27.0-rc.1"},
		{"go1.18beta2", "v1.18.0-beta.2"},
	} {
		if got := osv.OfGo(test.release); got != test.version {
			t.Errorf("OfGo(%s) = %q, want %q", test.release, got, test.version)
		}
		if got := osv.ToGo(test.version); got != test.release {
			t.Errorf("ToGo(%s) = %q, want %q", test.version, got, test.release)
		}
	}
	for release, want := range map[string]string{
		"go1.26.1 X:boringcrypto": "v1.26.1",
		"go1.25.3-custom":         "v1.25.3",
		"devel go1.28-0123456789": "",
		"1.26":                    "",
		"":                        "",
	} {
		if got := osv.OfGo(release); got != want {
			t.Errorf("OfGo(%q) = %q, want %q", release, got, want)
		}
	}
}
