// Package stage rehearses the release of this repository's modules: it lays out a
// copy of each as its release would be, tidied against the others' releases, and
// packs it into a module proxy on the file system.
//
// Modules require each other at the next version, which go.work replaces by the
// tree, so that nothing needs a replace in a go.mod file. The rehearsal shows that
// the modules stand without go.work.
package stage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/zip"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/modproxy"
)

// A Repo is a repository of modules that are released together.
type Repo struct {
	// Root is the directory of the go.work file.
	Root string
	// Prefix is what the paths of all modules begin with.
	Prefix string
	// Version is the version to be released: the one that the replace lines
	// of go.work name.
	Version string
	// Modules are the modules, each after those that it requires.
	Modules []*Module
}

// A Module is a module of a repository.
type Module struct {
	Path string
	// Dir is its directory in the tree.
	Dir  string
	file *modfile.File
}

// Open reads the repository around dir.
func Open(dir string) (*Repo, error) {
	root, err := findRoot(dir)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(root, "go.work")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	work, err := modfile.ParseWork(name, data, nil)
	if err != nil {
		return nil, err
	}
	r := &Repo{Root: root}
	if r.Version, err = nextVersion(name, work); err != nil {
		return nil, err
	}
	for _, use := range work.Use {
		m, err := readModule(filepath.Join(root, filepath.FromSlash(use.Path)))
		if err != nil {
			return nil, err
		}
		r.Modules = append(r.Modules, m)
	}
	r.Prefix = commonPrefix(r.Modules)
	return r, r.sort()
}

func findRoot(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for d := abs; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.work")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("no go.work file in %s or above: run this in the repository", abs)
		}
	}
}

// nextVersion returns the version that all replace lines name.
func nextVersion(name string, work *modfile.WorkFile) (string, error) {
	version := ""
	for _, r := range work.Replace {
		if version == "" {
			version = r.Old.Version
		}
		if r.Old.Version == "" || r.Old.Version != version {
			return "", fmt.Errorf("%s:%d: the replaced version of %s is not %q, as in the lines before: all modules are released at one version",
				name, r.Syntax.Start.Line, r.Old.Path, version)
		}
	}
	if version == "" {
		return "", fmt.Errorf("%s: no replace line names the next version", name)
	}
	return version, nil
}

func readModule(dir string) (*Module, error) {
	name := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, err
	}
	if len(file.Replace) > 0 {
		return nil, fmt.Errorf("%s:%d: a replace line keeps \"go install\" from working", name, file.Replace[0].Syntax.Start.Line)
	}
	return &Module{Path: file.Module.Mod.Path, Dir: dir, file: file}, nil
}

// commonPrefix returns the path elements that the paths of all modules begin with.
func commonPrefix(modules []*Module) string {
	if len(modules) == 0 {
		return ""
	}
	prefix := strings.Split(modules[0].Path, "/")
	for _, m := range modules[1:] {
		elems := strings.Split(m.Path, "/")
		n := 0
		for n < min(len(prefix), len(elems)) && prefix[n] == elems[n] {
			n++
		}
		prefix = prefix[:n]
	}
	return strings.Join(prefix, "/")
}

// sort puts every module after those that it requires.
func (r *Repo) sort() error {
	var sorted []*Module
	state := make(map[*Module]int) // 1 while being visited, 2 after
	var visit func(m *Module) error
	visit = func(m *Module) error {
		switch state[m] {
		case 1:
			return fmt.Errorf("module %s requires itself through others", m.Path)
		case 2:
			return nil
		}
		state[m] = 1
		for _, req := range m.file.Require {
			if sibling := r.module(req.Mod.Path); sibling != nil {
				if err := visit(sibling); err != nil {
					return err
				}
			}
		}
		state[m] = 2
		sorted = append(sorted, m)
		return nil
	}
	for _, m := range r.Modules {
		if err := visit(m); err != nil {
			return err
		}
	}
	r.Modules = sorted
	return nil
}

func (r *Repo) module(path string) *Module {
	i := slices.IndexFunc(r.Modules, func(m *Module) bool { return m.Path == path })
	if i < 0 {
		return nil
	}
	return r.Modules[i]
}

// A Stage is the modules of a repository as they would be released.
type Stage struct {
	repo  *Repo
	dir   string
	proxy *modproxy.Proxy
	g     gocmd.Go // the user's environment
	env   map[string]string
}

// New makes an empty stage in a temporary directory. The caller must Close it.
func New(ctx context.Context, r *Repo, g gocmd.Go) (_ *Stage, err error) {
	dir, err := os.MkdirTemp("", "gomend-stage-")
	if err != nil {
		return nil, err
	}
	s := &Stage{repo: r, dir: dir, g: g}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	g.Dir = r.Root
	if s.env, err = g.Getenv(ctx, "GOPROXY", "GOMODCACHE", "GOFLAGS", "GONOSUMDB"); err != nil {
		return nil, err
	}
	s.proxy, err = modproxy.New(filepath.Join(dir, "proxy"))
	return s, err
}

// Close removes the stage.
func (s *Stage) Close() error { return os.RemoveAll(s.dir) }

// Dir returns the directory of a module's copy.
func (s *Stage) Dir(m *Module) string {
	return filepath.Join(s.dir, "modules", filepath.FromSlash(strings.TrimPrefix(m.Path, s.repo.Prefix)))
}

// Go returns the go command to run in dir, with the staged modules in reach and
// GOPATH, and the module cache in it, at gopath; "" stands for the stage's own.
func (s *Stage) Go(dir, gopath string) gocmd.Go {
	if gopath == "" {
		gopath = filepath.Join(s.dir, "gopath")
	}
	// What the user's module cache holds need not be fetched again.
	cached := modproxy.FileURL(filepath.Join(s.env["GOMODCACHE"], "cache", "download"))
	noSum := s.repo.Prefix
	if s.env["GONOSUMDB"] != "" {
		noSum += "," + s.env["GONOSUMDB"]
	}
	g := s.g
	g.Dir = dir
	g.Env = append(slices.Clip(g.Env),
		"GOWORK=off",
		"GOPROXY="+s.proxy.URL()+","+cached+","+s.env["GOPROXY"],
		"GONOSUMDB="+noSum,
		"GOPRIVATE=", // it would bypass the proxy
		"GOPATH="+gopath,
		"GOMODCACHE="+filepath.Join(gopath, "pkg", "mod"),
		"GOBIN=",
		// Without -trimpath, the build cache would know nothing of modules
		// in a new directory.
		"GOFLAGS="+strings.TrimSpace(gocmd.DropFlags(s.env["GOFLAGS"], "mod", "modfile", "trimpath")+" -modcacherw -trimpath"),
	)
	return g
}

// Add copies a module, tidies the copy, and packs it. The modules that it requires
// must have been added.
func (s *Stage) Add(ctx context.Context, m *Module) error {
	dir := s.Dir(m)
	if err := copyModule(dir, m.Dir); err != nil {
		return err
	}
	if _, err := s.Go(dir, "").Run(ctx, nil, "mod", "tidy"); err != nil {
		return fmt.Errorf("module %s: %w", m.Path, err)
	}
	_, err := s.proxy.Add(dir, s.repo.Version, filepath.Join(s.repo.Root, "LICENSE"))
	return err
}

// copyModule copies what would be packed of the module.
func copyModule(to, from string) error {
	checked, err := zip.CheckDir(from)
	if err != nil {
		return err
	}
	for _, name := range checked.Valid {
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(target, data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Tidied returns what go.mod and go.sum of a staged module are to be in the tree:
// go.sum without the sums of siblings. These can only be right for the commit that
// is released, since every change to a sibling changes them, and nobody needs them
// before. A nil go.sum stands for none.
func (s *Stage) Tidied(m *Module) (mod, sum []byte, err error) {
	mod, err = os.ReadFile(filepath.Join(s.Dir(m), "go.mod"))
	if err != nil {
		return nil, nil, err
	}
	all, err := os.ReadFile(filepath.Join(s.Dir(m), "go.sum"))
	if errors.Is(err, fs.ErrNotExist) {
		return mod, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for line := range strings.Lines(string(all)) {
		path, _, _ := strings.Cut(line, " ")
		if s.repo.module(path) == nil {
			sum = append(sum, line...)
		}
	}
	return mod, sum, nil
}
