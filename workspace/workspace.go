package workspace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/scratch"
)

// Config says where to look for a code base and how to run the go command on it.
// The zero value is the current directory and the caller's environment.
type Config struct {
	// Dir is the directory that the user stands in; relative patterns are
	// relative to it. It may be any directory of the code base.
	Dir string

	// Root is the top directory of the code base, where the caller knows better
	// than [Open] would find out: of the files of a revision in a temporary
	// directory, say. Dir is below it.
	Root string

	// Env is the environment of the go command, as [os.Environ] returns it,
	// which is also what nil means.
	Env []string

	// Tags are the build tags.
	Tags []string

	// OS and Arch are the platform to load packages for.
	OS, Arch string

	// Overlay names a file in the format of the go command's -overlay flag. What it has
	// in the place of go.mod and go.work files is heeded, too; files that are not there
	// without it make no module.
	Overlay string

	// Log receives every run of the go command at level debug. Nil discards.
	Log *slog.Logger

	// Stderr, if not nil, receives what the go command writes to standard
	// error, as it comes: its progress, its warnings and its failures.
	Stderr io.Writer
}

// A Workspace is a code base. Its exported fields are set by [Open] and must not
// be changed. Its methods may be called concurrently.
type Workspace struct {
	// Root is the absolute path of the code base's top directory.
	Root string

	// Dir is the absolute path of the directory that the user stands in.
	Dir string

	// WorkFile is the go.work file in force in Dir, or nil.
	WorkFile *WorkFile

	// Modules are the modules of the code base, sorted by directory: those
	// below Root and those that WorkFile lists elsewhere.
	Modules []*Module

	// Excluded are the folders with modules that a rule left out.
	Excluded []Exclusion

	config  Config
	overlay gocmd.Overlay
	env     map[string]string // see GoEnv
	workOff bool              // the user turned workspace mode off
	workSet bool              // the user set GOWORK, to a file or off

	driver     memo[gocmd.Go]
	work       memo[*Selection] // all packages in view Work
	release    memo[*Selection] // all packages in view Release
	unreleased memo[[]Unreleased]

	tempMu sync.Mutex
	temp   string // temporary directory, or "" if there is none yet
	temps  int    // go.work files made in temp
}

// Open finds the code base that cfg.Dir belongs to and reads its go.mod and
// go.work files. A go.mod file that does not parse is kept as its module's Err.
// A go.work file in force that does not parse is a [*FileError]; no go.mod at all
// is a [*NoModuleError].
//
// The root is the directory of the go.work file in force; without one, or where
// that file stands outside of the repository, the root of the repository; without
// a repository, the topmost directory with a go.mod file at or above cfg.Dir.
func Open(ctx context.Context, cfg Config) (*Workspace, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: fmt.Errorf("not a directory")}
	}
	w := &Workspace{Dir: dir, config: cfg}
	if w.overlay, err = gocmd.ReadOverlay(cfg.Overlay); err != nil {
		return nil, err
	}
	if err := w.readEnv(ctx); err != nil {
		return nil, err
	}
	if cfg.Root == "" {
		w.Root = findRoot(dir, w.WorkFile)
	} else if w.Root, err = filepath.Abs(cfg.Root); err != nil {
		return nil, err
	}
	if err := w.discover(); err != nil {
		return nil, err
	}
	if len(w.Modules) == 0 {
		return nil, &NoModuleError{Dir: dir, Root: w.Root, Excluded: w.Excluded}
	}
	return w, nil
}

// Config returns what w was opened with.
func (w *Workspace) Config() Config { return w.config }

// GoEnv returns what "go env" says in Dir of GOOS, GOARCH, CGO_ENABLED and GOFLAGS.
func (w *Workspace) GoEnv() map[string]string { return maps.Clone(w.env) }

// Close removes the temporary files that w made. Units of w can't be run after.
func (w *Workspace) Close() error {
	w.tempMu.Lock()
	defer w.tempMu.Unlock()
	if w.temp == "" {
		return nil
	}
	err := os.RemoveAll(w.temp)
	w.temp = ""
	return err
}

// readEnv asks the go command which go.work file is in force, and reads that.
func (w *Workspace) readEnv(ctx context.Context) error {
	g := w.goIn(w.Dir)
	// What is asked depends on no toolchain; switching to the one that a go.mod
	// file asks for could download it.
	g.Env = append(g.Env, "GOTOOLCHAIN=local")
	env, err := g.Getenv(ctx, "GOWORK", "GO111MODULE", "GOOS", "GOARCH", "CGO_ENABLED", "GOFLAGS")
	if err != nil {
		return err
	}
	if env["GO111MODULE"] == "off" {
		return errors.New("GO111MODULE=off turns modules off, without which there is no code base: unset it, and type \"go env -u GO111MODULE\" if it was set by go env")
	}
	w.env = env
	switch name := env["GOWORK"]; name {
	case "":
	case "off":
		w.workOff, w.workSet = true, true
	default:
		w.workSet = name != nearestWorkFile(w.Dir)
		w.WorkFile, err = w.readWorkFile(name)
	}
	return err
}

// nearestWorkFile returns the go.work file at or above dir that the go command
// finds if GOWORK is not set, or "".
func nearestWorkFile(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if name := filepath.Join(d, "go.work"); isFile(name) {
			return name
		}
		if d == filepath.Dir(d) {
			return ""
		}
	}
}

// goIn returns the go command of the user's environment, to run in dir.
func (w *Workspace) goIn(dir string) gocmd.Go {
	return gocmd.Go{
		Dir:     dir,
		Base:    w.config.Env,
		Tags:    w.config.Tags,
		OS:      w.config.OS,
		Arch:    w.config.Arch,
		Overlay: w.config.Overlay,
		Log:     w.config.Log,
		Stderr:  w.config.Stderr,
	}
}

// newEnough returns the go command to load packages with, in no directory yet:
// one that gomend can drive, see [gocmd.Go.Select].
func (w *Workspace) newEnough(ctx context.Context) (gocmd.Go, error) {
	return w.driver.get(func() (gocmd.Go, error) {
		// The toolchain is chosen where no go.mod or go.work has a say: each
		// unit's own files may still ask for a newer one.
		dir, err := w.tempDir()
		if err != nil {
			return gocmd.Go{}, err
		}
		g := w.goIn(dir)
		g.Env = append(g.Env, "GOWORK=off")
		chosen, err := g.Select(ctx)
		if err != nil {
			return gocmd.Go{}, err
		}
		chosen.Env = chosen.Env[1:]
		return chosen, nil
	})
}

// tempDir returns the directory for what must not stand in the tree.
func (w *Workspace) tempDir() (string, error) {
	w.tempMu.Lock()
	defer w.tempMu.Unlock()
	return w.tempDirLocked()
}

func (w *Workspace) tempDirLocked() (string, error) {
	if w.temp == "" {
		dir, err := scratch.Dir("work")
		if err != nil {
			return "", err
		}
		w.temp = dir
	}
	return w.temp, nil
}

// newTempDir returns a new, empty directory below tempDir.
func (w *Workspace) newTempDir() (string, error) {
	w.tempMu.Lock()
	defer w.tempMu.Unlock()
	top, err := w.tempDirLocked()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(top, strconv.Itoa(w.temps))
	w.temps++
	return dir, os.Mkdir(dir, 0o777)
}

// A memo holds a value that is computed once, unless that fails.
type memo[T any] struct {
	mu    sync.Mutex
	done  bool
	value T
}

func (m *memo[T]) get(compute func() (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.done {
		return m.value, nil
	}
	v, err := compute()
	if err != nil {
		return v, err
	}
	m.value, m.done = v, true
	return v, nil
}
