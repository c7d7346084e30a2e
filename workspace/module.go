package workspace

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// A Module is a directory with a go.mod file.
type Module struct {
	// Path is the module's path; "" if Err is set.
	Path string

	// Dir is the absolute path of the module's directory.
	Dir string

	// Rel is Dir relative to the workspace's Root, with slashes: "." for the
	// root itself.
	Rel string

	// File is what go.mod says; nil if Err is set.
	File *modfile.File

	// WorkFile is the go.work file that the module is developed under, or nil
	// if none lists it.
	WorkFile *WorkFile

	// Err tells why the module can't be loaded, if its files alone tell that:
	// a [*FileError].
	Err error
}

// Replaces reports whether a go.mod file replaces a version of a module.
func Replaces(f *modfile.File, v module.Version) bool {
	return slices.ContainsFunc(f.Replace, func(r *modfile.Replace) bool {
		return r.Old.Path == v.Path && (r.Old.Version == "" || r.Old.Version == v.Version)
	})
}

// Name returns what the module is called: its path, or its directory relative to the
// root where the path is not known.
func (m *Module) Name() string { return cmp.Or(m.Path, m.Rel) }

// GoVersion returns the version of the go line, such as "1.24.0", or "" if there
// is none.
func (m *Module) GoVersion() string {
	if m.File == nil || m.File.Go == nil {
		return ""
	}
	return m.File.Go.Version
}

// Vendored reports whether the module's dependencies are vendored.
func (m *Module) Vendored() bool { return isFile(filepath.Join(m.Dir, "vendor", "modules.txt")) }

// within reports whether the module's directory is dir or below it.
func (m *Module) within(dir string) bool { return within(m.Dir, dir) }

// A WorkFile is a go.work file.
type WorkFile struct {
	// Path is the file's absolute path.
	Path string

	// File is what it says.
	File *modfile.WorkFile
}

// uses returns the absolute paths of the directories that f lists, with the
// lines that list them.
func (f *WorkFile) uses() map[string]*modfile.Use {
	uses := make(map[string]*modfile.Use, len(f.File.Use))
	for _, u := range f.File.Use {
		uses[f.abs(u.Path)] = u
	}
	return uses
}

// abs returns the absolute path of a path in f.
func (f *WorkFile) abs(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(filepath.Dir(f.Path), path)
}

// A FileError is a go.mod or go.work file that cannot be used.
type FileError struct {
	// Pos is where the trouble stands; its file name is absolute. The line is
	// zero if it is the file as a whole.
	Pos token.Position
	// Err is the trouble.
	Err error
}

func (e *FileError) Error() string {
	if e.Pos.Line == 0 {
		return fmt.Sprintf("%s: %v", e.Pos.Filename, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Pos, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// A NoModuleError says that there is no module where one was looked for.
type NoModuleError struct {
	Dir  string // where the user stands
	Root string // below which was searched
	// Excluded are the modules that were found and left out.
	Excluded []Exclusion
}

func (e *NoModuleError) Error() string {
	msg := fmt.Sprintf("no go.mod file in %s or below", e.Root)
	for _, x := range e.Excluded {
		if len(x.Modules) > 0 {
			return fmt.Sprintf("%s, but for %s (%s)", msg, x.Modules[0], x.Reason)
		}
	}
	return msg + ": run \"go mod init\", or name another directory with -C"
}

// readModule reads the go.mod file in dir.
func (w *Workspace) readModule(dir string) *Module {
	m := &Module{Dir: dir, Rel: slashRel(w.Root, dir)}
	name := filepath.Join(dir, "go.mod")
	data, err := w.overlay.ReadFile(name)
	if err != nil {
		m.Err = &FileError{Pos: token.Position{Filename: name}, Err: errors.Unwrap(err)}
		return m
	}
	file, err := modfile.Parse(name, data, anyVersion)
	switch {
	case err != nil:
		m.Err = fileError(name, err)
	case file.Module == nil:
		m.Err = &FileError{Pos: token.Position{Filename: name}, Err: errors.New("no module line: add one, or remove the file")}
	default:
		m.Path, m.File = file.Module.Mod.Path, file
	}
	return m
}

// readWorkFile reads a go.work file.
func (w *Workspace) readWorkFile(name string) (*WorkFile, error) {
	data, err := w.overlay.ReadFile(name)
	if err != nil {
		return nil, &FileError{Pos: token.Position{Filename: name}, Err: errors.Unwrap(err)}
	}
	file, err := modfile.ParseWork(name, data, anyVersion)
	if err != nil {
		return nil, fileError(name, err)
	}
	f := &WorkFile{Path: name, File: file}
	seen := make(map[string]int)
	for _, u := range file.Use {
		line := u.Syntax.Start.Line
		if first := seen[f.abs(u.Path)]; first > 0 {
			pos := token.Position{Filename: name, Line: line}
			return nil, &FileError{Pos: pos, Err: fmt.Errorf("the module %s is listed already, in line %d: remove one of them", u.Path, first)}
		}
		seen[f.abs(u.Path)] = line
	}
	return f, nil
}

// anyVersion accepts branch names and the like as versions: the go command
// resolves them when it next writes the file.
func anyVersion(_, version string) (string, error) { return version, nil }

// fileError returns the first error of parsing the named file.
func fileError(name string, err error) *FileError {
	var list modfile.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		first := list[0]
		return &FileError{
			Pos: token.Position{Filename: name, Line: first.Pos.Line, Column: first.Pos.LineRune},
			Err: first.Err,
		}
	}
	return &FileError{Pos: token.Position{Filename: name}, Err: err}
}

// within reports whether path is dir or below it. Both are absolute and clean.
func within(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]) || os.IsPathSeparator(dir[len(dir)-1]))
}

// slashRel returns path relative to base, with slashes, or path itself on
// another volume.
func slashRel(base, path string) string {
	rel, err := filepath.Rel(base, path)
	if err != nil {
		rel = path
	}
	return filepath.ToSlash(rel)
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
