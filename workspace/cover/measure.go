package cover

import (
	"context"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
)

// Options say what to measure. The zero value runs the tests of all packages and counts for
// each what its own tests cover.
type Options struct {
	// View is how the modules are resolved; [workspace.Work] if empty.
	View workspace.View

	// Patterns name the packages, as for [workspace.Workspace.Load]; all if empty.
	Patterns []string

	// Across counts for a package what the tests of all packages cover, of those that are
	// tested together: in view Release, those of the module. It shows more covered, and
	// hides which packages have no tests of their own.
	Across bool

	// Mode is the go command's -covermode. It is "set" if empty, and with -race among the
	// TestFlags "atomic", whatever it says: the go command refuses others.
	Mode string

	// TestFlags are further flags of "go test".
	TestFlags []string

	// Profiles names profiles to read instead of running tests, as of an earlier run. A
	// package that has statements and is in none of them is unknown.
	Profiles []string

	// Data are directories to which programs wrote that were built with "go build -cover"
	// and run with GOCOVERDIR set to them. What they ran counts as covered, too.
	Data []string

	// WithoutGenerated leaves out generated files, and WithoutIgnored what comments say
	// that begin with "//coverage:ignore": in front of the package clause, the file; above
	// a function or at the end of its first line, the function; above a statement or at the
	// end of its first line, what is between its braces, or the block that it is in if it
	// has none.
	WithoutGenerated, WithoutIgnored bool

	// For Since alone: BaseProfiles and BaseData are Profiles and Data of the base, which
	// without them counts by its tests alone. Again runs the tests of packages with
	// regressions once more, for some tests do not cover the same every time.
	BaseProfiles, BaseData []string
	Again                  bool
}

// Measure measures the coverage of the code base that cfg names. What fails in it is no
// error: the packages are unknown. An error means that nothing could be measured.
func Measure(ctx context.Context, cfg workspace.Config, o Options) (*Coverage, error) {
	if cfg.Overlay != "" {
		return nil, fmt.Errorf("coverage is measured of files on disk, not of an overlay (%s): save the files first", cfg.Overlay)
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close() // temporary files
	return measure(ctx, w, cfg, o)
}

func measure(ctx context.Context, w *workspace.Workspace, cfg workspace.Config, o Options) (*Coverage, error) {
	if o.View == "" {
		o.View = workspace.Work
	}
	if len(o.Patterns) == 0 {
		o.Patterns = []string{"work"}
	}
	sel, err := w.Load(ctx, o.View, o.Patterns...)
	if err != nil {
		return nil, err
	}
	dir, err := scratch.Dir("cover")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	m := &measurement{
		cfg: &cfg, o: &o, root: w.Root, dir: dir, merged: newMerger(), coverage: &Coverage{},
		packages: make(map[string]*measured),
	}
	m.frame(sel)
	if len(o.Profiles) > 0 {
		err = m.readProfiles()
	} else {
		err = m.test(ctx, sel)
	}
	if err != nil {
		return nil, err
	}
	if err := m.readData(ctx); err != nil {
		return nil, err
	}
	return m.finish()
}

// A measurement is one in progress.
type measurement struct {
	cfg      *workspace.Config
	o        *Options
	root     string
	dir      string // for temporary files
	merged   *merger
	coverage *Coverage
	packages map[string]*measured // by import path
}

// A measured is a package that is measured.
type measured struct {
	*Package
	code *workspace.Package
	ran  bool // its tests were run, if there are any
}

// unknown notes why the package is unknown; what is noted first stays.
func (p *measured) unknown(why string) {
	if p.Unknown == "" {
		p.Unknown = why
	}
}

// frame notes the modules and packages that there are.
func (m *measurement) frame(sel *workspace.Selection) {
	modules := make(map[string]bool)
	for i := range sel.Failures {
		f := &sel.Failures[i]
		modules[f.Module.Name()] = true
		m.coverage.Modules = append(m.coverage.Modules, &Module{Path: f.Module.Name(), Unknown: f.Err.Error()})
	}
	for _, p := range sel.Packages {
		if name := p.Module.Name(); !modules[name] {
			modules[name] = true
			m.coverage.Modules = append(m.coverage.Modules, &Module{Path: name})
		}
		if p.OtherPlatforms() {
			continue
		}
		pkg := &measured{code: p, Package: &Package{
			ImportPath: p.ImportPath, Module: p.Module.Name(),
			Tests: len(p.TestGoFiles)+len(p.XTestGoFiles) > 0,
		}}
		if twin := m.packages[p.ImportPath]; twin != nil {
			// Profiles know packages by their paths alone.
			why := fmt.Sprintf("%s and %s have the same import path", m.rel(twin.code.Dir), m.rel(p.Dir))
			twin.unknown(why)
			pkg.unknown(why)
			m.merged.skip[p.ImportPath] = true
		} else {
			m.packages[p.ImportPath] = pkg
		}
		if len(p.Errors) > 0 {
			pkg.unknown("it can't be loaded: " + p.Errors[0].Error())
		}
		m.coverage.Packages = append(m.coverage.Packages, pkg.Package)
	}
}

// rel returns a path relative to the root of the code base, with slashes.
func (m *measurement) rel(path string) string {
	rel, err := filepath.Rel(m.root, path)
	if err != nil {
		rel = path // on another volume
	}
	return filepath.ToSlash(rel)
}

// abs returns a path that the user gave.
func (m *measurement) abs(path string) (string, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(m.cfg.Dir, path)
	}
	return filepath.Abs(path)
}

func (m *measurement) readProfiles() error {
	for _, name := range m.o.Profiles {
		abs, err := m.abs(name)
		if err != nil {
			return err
		}
		if err := m.readProfile(name, abs); err != nil {
			return err
		}
	}
	return nil
}

// readProfile reads a profile that messages call by another name.
func (m *measurement) readProfile(name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	return m.merged.read(name, f)
}

// finish returns what was measured.
func (m *measurement) finish() (*Coverage, error) {
	m.coverage.Mode = m.merged.finish()
	for _, p := range m.packages {
		if p.Unknown == "" {
			if err := m.files(p); err != nil {
				return nil, err
			}
		}
		if p.Unknown != "" {
			p.Files = nil
		}
	}
	for _, p := range m.coverage.Packages {
		p.Unknown = m.relative(p.Unknown)
	}
	for _, mod := range m.coverage.Modules {
		mod.Unknown = m.relative(mod.Unknown)
	}
	m.coverage.sort()
	return m.coverage, nil
}

// relative returns the go command's words with files relative to the root: the base of a
// comparison is in a temporary directory.
func (m *measurement) relative(words string) string {
	return strings.ReplaceAll(words, m.root+string(filepath.Separator), "")
}

// files notes the files of a package, with their blocks.
func (m *measurement) files(p *measured) error {
	missing := "" // a file with statements of which the profiles know nothing
	for _, base := range slices.Concat(p.code.GoFiles, p.code.CgoFiles) {
		name := filepath.Join(p.code.Dir, base)
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f := &File{Name: p.ImportPath + "/" + base, Path: m.rel(name), Source: content}
		src, err := parseSource(f.Path, content)
		if err != nil {
			p.unknown(err.Error())
			return nil
		}
		ignored, whole := m.leavesOut(src)
		if whole {
			continue
		}
		f.Blocks = m.merged.blocks(f.Name)
		if len(f.Blocks) == 0 {
			if src.hasStatements() {
				missing = f.Path
			}
			continue
		}
		if why := m.misfit(f, src); why != "" {
			p.unknown(why)
		}
		f.Blocks = slices.DeleteFunc(f.Blocks, func(b Block) bool { return ignored(&b) })
		if len(f.Blocks) > 0 {
			f.Functions, f.statements = src.functions(), src.statements()
			f.countFunctions()
			p.Files = append(p.Files, f)
		}
	}
	if missing != "" {
		p.unknown(fmt.Sprintf("there is no coverage of %s", missing))
	}
	return nil
}

// misfit says how the blocks of a file do not fit its source, if they do not: the profile of
// an earlier run may be of another commit.
func (m *measurement) misfit(f *File, src *source) string {
	statements, end := f.Count().Total, f.Blocks[len(f.Blocks)-1].EndLine
	if end <= src.line(src.file.FileEnd) && (len(m.o.Profiles) == 0 || src.fits(statements)) {
		return ""
	}
	return fmt.Sprintf("the coverage of %s is of other code (statements: %d, last line: %d)", f.Path, statements, end)
}

// leavesOut returns a function that reports whether the options leave a block of the file
// out, and whether they leave out the whole file.
func (m *measurement) leavesOut(src *source) (block func(*Block) bool, whole bool) {
	if m.o.WithoutGenerated && ast.IsGenerated(src.file) {
		return nil, true
	}
	if !m.o.WithoutIgnored {
		return func(*Block) bool { return false }, false
	}
	block = src.ignored()
	return block, block == nil
}
