package affected

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"go/version"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/workspace"
)

// A SumChange is a module version of which a go.sum or go.work.sum file gives
// another sum than before. A published version does not change: either sum was
// taken from something else. Added and removed sums are nothing to tell.
type SumChange struct {
	File            string // relative to the root, with slashes
	Module, Version string
	Base, Head      string // the sums
}

func (s SumChange) String() string {
	return fmt.Sprintf("%s: the sum of %s@%s was %s and is %s: one of them is not of the published version", s.File, s.Module, s.Version, s.Base, s.Head)
}

// isModuleFile reports whether the go command resolves dependencies by the file.
func (c *comparison) isModuleFile(rel string) bool {
	for _, s := range c.sides() {
		if s.side.Code != nil && s.side.Code.WorkFile != nil && s.relative(s.side.Code.WorkFile.Path) == rel {
			return true
		}
	}
	switch name := path.Base(rel); name {
	case "go.mod", "go.work":
		return true
	case "modules.txt":
		return path.Base(path.Dir(rel)) == "vendor"
	default:
		// GOWORK and -modfile may name others.
		return strings.HasSuffix(name, ".mod") || strings.HasSuffix(name, ".work")
	}
}

func isSumFile(rel string) bool { return strings.HasSuffix(rel, ".sum") }

// resolvesAnew reports whether the imports may resolve to something else than at the
// base although the import declarations are the same. A go.sum file can make the go
// command refuse, and nothing else.
func (c *comparison) resolvesAnew() bool { return slices.ContainsFunc(c.changed, c.isModuleFile) }

// compareModuleFiles finds what module files do beside resolving imports.
func (c *comparison) compareModuleFiles(ctx context.Context) error {
	for _, rel := range c.changed {
		if isSumFile(rel) {
			if err := c.compareSums(rel); err != nil {
				return err
			}
		}
	}
	if !c.resolvesAnew() {
		return nil
	}
	releases := make(map[*workspace.Unit]string)
	for _, p := range c.pairs {
		if p.base == nil || p.head == nil {
			continue
		}
		for i, s := range c.sides() {
			u := p.sides()[i].unit
			if _, ok := releases[u]; ok || u == nil {
				continue
			}
			env, err := s.goCommand(u).Getenv(ctx, "GOVERSION")
			if err != nil {
				return err
			}
			releases[u] = env["GOVERSION"]
		}
		c.compareSettings(p, releases[p.base.unit], releases[p.head.unit])
	}
	return nil
}

// compareSettings compares what governs how the programs and tests of a package are
// built, by given releases of Go.
func (c *comparison) compareSettings(p *pair, baseGo, headGo string) {
	b, h := c.governing(c.base, p.base.Module), c.governing(c.head, p.head.Module)
	switch {
	case baseGo != headGo:
		p.mark(archive, Cause{Kind: Toolchain, Subject: h.file, Base: baseGo, Head: headGo})
	case b.toolchain != h.toolchain && h.toolchain == headGo:
		// Where the Go that runs is the one that the files ask for, it is
		// likely that they decide it, be it by GOTOOLCHAIN or because the
		// machine was set up after them; the base's was another then.
		p.mark(archive, Cause{Kind: Toolchain, Subject: h.file, Base: b.toolchain, Head: h.toolchain})
	}
	if b.godebug == h.godebug {
		return
	}
	cause := Cause{Kind: Godebug, Subject: h.file, Base: b.godebug, Head: h.godebug}
	if p.either().Name == "main" {
		p.mark(archive, cause)
	}
	if p.hasTests() {
		p.mark(tests, cause)
	}
}

// settings are what a go.work file, or a go.mod file where there is none, says about
// programs that are built under it.
type settings struct {
	file      string // relative to the root
	toolchain string // the oldest release of Go that may build
	godebug   string // what the GODEBUG defaults follow from
}

// governing returns the settings under which the programs of a module are built.
func (c *comparison) governing(s *snapshot, m *workspace.Module) settings {
	if m.WorkFile != nil && c.options.View == workspace.Work {
		f := m.WorkFile.File
		return newSettings(s.relative(m.WorkFile.Path), f.Go, f.Toolchain, f.Godebug)
	}
	if m.File == nil {
		return settings{file: m.Rel}
	}
	return newSettings(path.Join(m.Rel, "go.mod"), m.File.Go, m.File.Toolchain, m.File.Godebug)
}

func newSettings(file string, goLine *modfile.Go, toolchain *modfile.Toolchain, godebug []*modfile.Godebug) settings {
	s := settings{file: file}
	if goLine != nil {
		s.toolchain = "go" + goLine.Version
	}
	lines := []string{"go " + languageOf(strings.TrimPrefix(s.toolchain, "go"))}
	if toolchain != nil && version.Compare(toolchain.Name, s.toolchain) > 0 {
		s.toolchain = toolchain.Name
	}
	for _, g := range godebug {
		lines = append(lines, g.Key+"="+g.Value)
	}
	slices.Sort(lines[1:])
	s.godebug = strings.Join(lines, " ")
	return s
}

// language returns the language version that the module's packages are compiled
// as, such as "1.24".
func language(m *workspace.Module) string { return languageOf(m.GoVersion()) }

// languageOf returns the language version of a go line. Without one it is that of
// the last release before the go line was written by default
// (https://go.dev/ref/mod#go-mod-file-go).
func languageOf(v string) string {
	return strings.TrimPrefix(version.Lang("go"+cmp.Or(v, "1.16")), "go")
}

// compareSums finds the sums of a file that are not what they were.
func (c *comparison) compareSums(rel string) error {
	b, err := c.base.read(rel)
	if err != nil {
		return err
	}
	h, err := c.head.read(rel)
	if err != nil {
		return err
	}
	before := parseSums(b.data)
	for _, s := range parseSumLines(h.data) {
		if old := before[s.key()]; old != "" && old != s.Head {
			s.File, s.Base = rel, old
			c.sums = append(c.sums, s)
		}
	}
	return nil
}

func (s SumChange) key() string { return s.Module + "@" + s.Version }

func parseSums(data []byte) map[string]string {
	sums := make(map[string]string)
	for _, s := range parseSumLines(data) {
		sums[s.key()] = s.Head
	}
	return sums
}

// parseSumLines reads the lines "module version sum" of a go.sum file.
func parseSumLines(data []byte) []SumChange {
	var sums []SumChange
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		if f := strings.Fields(lines.Text()); len(f) == 3 {
			sums = append(sums, SumChange{Module: f[0], Version: f[1], Head: f[2]})
		}
	}
	return sums
}
