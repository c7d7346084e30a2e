package affected

import (
	"maps"
	"slices"
	"strings"
)

// A testEvent is what "go test -json" prints (see "go doc test2json" and "go help
// buildjson").
type testEvent struct {
	Action, Package, Test, Output string
	ImportPath, FailedBuild       string
}

// A goTest is what was heard of a run of "go test".
type goTest struct {
	packages map[string]*testedPackage
	builds   map[string]string // what the compiler says, until it was told
}

// A testedPackage is what was heard of a package.
type testedPackage struct {
	importPath string
	seen       observation
	output     strings.Builder             // but for that of tests that pass
	running    map[string]*strings.Builder // the output of tests that have not ended
	ended      bool
	failed     bool
	why        string // it is not known what the tests consult
}

func newGoTest() *goTest {
	return &goTest{packages: make(map[string]*testedPackage), builds: make(map[string]string)}
}

// done reports whether the tests of a package have ended.
func (t *goTest) done(importPath string) bool {
	p := t.packages[importPath]
	return p != nil && p.ended
}

// note takes in an event. It returns the package if its tests have ended with that.
func (t *goTest) note(e *testEvent) *testedPackage {
	if e.Action == "build-output" {
		t.builds[e.ImportPath] += e.Output
	}
	if e.Package == "" {
		return nil
	}
	p := t.packages[e.Package]
	if p == nil {
		p = &testedPackage{importPath: e.Package, running: make(map[string]*strings.Builder)}
		t.packages[e.Package] = p
	}
	switch e.Action {
	case "output":
		p.print(e)
		return nil
	case "pass", "fail", "skip":
	default:
		return nil
	}
	if e.Test != "" {
		p.endTest(e.Test, e.Action == "fail")
		return nil
	}
	p.ended, p.failed = true, e.Action == "fail"
	if e.FailedBuild != "" {
		p.why = "its tests can't be built"
		build := t.builds[e.FailedBuild] // which is told once
		delete(t.builds, e.FailedBuild)
		own := p.output.String()
		p.output.Reset()
		p.output.WriteString(build + own)
	}
	return p
}

// print takes in a piece of output.
func (p *testedPackage) print(e *testEvent) {
	switch {
	case p.seen.note(e.Output):
	case e.Test == "":
		p.output.WriteString(e.Output)
	case !strings.HasPrefix(e.Output, "=== "): // which "go test" prints with -v only
		b := p.running[e.Test]
		if b == nil {
			b = new(strings.Builder)
			p.running[e.Test] = b
		}
		b.WriteString(e.Output)
	}
}

// endTest keeps the output of a test if it failed.
func (p *testedPackage) endTest(name string, failed bool) {
	if b := p.running[name]; b != nil && failed {
		p.output.WriteString(b.String())
	}
	delete(p.running, name)
}

// text returns what "go test" prints of the package: all if it failed, or else the last
// line.
func (p *testedPackage) text() string {
	if p.failed {
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(p.running)) {
			b.WriteString(p.running[name].String())
		}
		return b.String() + p.output.String()
	}
	text := ""
	for line := range strings.Lines(p.output.String()) {
		if strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "?   \t") {
			text = line
		}
	}
	return text
}

// unknown tells why it is not known what the tests consult, if it is not.
func (p *testedPackage) unknown() string {
	switch {
	case p.why != "":
		return p.why
	case p.seen.end == observedCut:
		return "its tests did not come to their end"
	case p.seen.end == "" && p.failed:
		return "its tests were stopped"
	case p.seen.end == "":
		return "its tests ran unwatched"
	}
	return ""
}
