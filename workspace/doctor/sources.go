package doctor

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/gomend/gomend/workspace"
)

// A source is a file that has to do with generated code: it is generated, says what is to
// be generated, or which version of a generator is to be used.
type source struct {
	name   string            // absolute
	module *workspace.Module // whose directory is the nearest above it, or nil
	data   []byte
}

// dir returns the source's directory.
func (s *source) dir() string { return filepath.Dir(s.name) }

// line returns the line of an offset.
func (s *source) line(offset int) int { return 1 + bytes.Count(s.data[:offset], []byte("\n")) }

// head returns what stands before the package clause.
func (s *source) head() []byte {
	if i := packageClause().FindIndex(s.data); i != nil {
		return s.data[:i[0]]
	}
	return nil
}

var (
	packageClause = lazy(`(?m)^package `)
	// https://go.dev/s/generatedcode
	generatedLine = lazy(`(?m)^// Code generated .* DO NOT EDIT\.\r?$`)
)

// generated reports whether the source is generated code.
func (s *source) generated() bool { return generatedLine().Match(s.head()) }

// buildFiles are the names of files that may install generators.
var buildFiles = lazy(`(?i)^(GNU)?Makefile$|\.(mk|sh|Dockerfile)$|^Dockerfile|^Taskfile\.ya?ml$|^buf\.gen\.ya?ml$`)

// sources reads the Go files of the modules, and the files that may install generators.
func (x *exam) sources() ([]*source, error) {
	var all []*source
	err := filepath.WalkDir(x.w.Root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			hidden := strings.HasPrefix(base, "_") || strings.HasPrefix(base, ".") && base != ".github"
			if name != x.w.Root && (hidden || base == "vendor" || base == "node_modules" || base == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || filepath.Ext(base) != ".go" && !buildFiles().MatchString(base) {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		all = append(all, &source{name, x.owner(name), data})
		return nil
	})
	return all, err
}

// owner returns the module that a file belongs to by its directory, or nil.
func (x *exam) owner(file string) *workspace.Module {
	var found *workspace.Module
	for _, m := range x.loaded() {
		if strings.HasPrefix(file, m.Dir+string(filepath.Separator)) && (found == nil || len(m.Dir) > len(found.Dir)) {
			found = m
		}
	}
	return found
}

// lazy returns an expression that is compiled when it is first used: the vet tool, which is
// linked with all this, starts once a package.
func lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// ignored returns those of the files that git ignores. Without git there are none.
func ignored(ctx context.Context, root string, files []string) []string {
	if len(files) == 0 {
		return nil
	}
	cmd := exec.CommandContext(ctx, "git", "check-ignore", "-z", "--stdin")
	cmd.Dir, cmd.Stdin = root, strings.NewReader(strings.Join(files, "\x00"))
	out, _ := cmd.Output() // it fails if it ignores none, or there is no repository
	return slices.DeleteFunc(strings.Split(string(out), "\x00"), func(s string) bool { return s == "" })
}

// tracked reports whether git keeps a file, or there is no git that could.
func tracked(ctx context.Context, file string) bool {
	inside := exec.CommandContext(ctx, "git", "rev-parse", "--git-dir")
	inside.Dir = filepath.Dir(file)
	if inside.Run() != nil {
		return true
	}
	cmd := exec.CommandContext(ctx, "git", "ls-files", "--error-unmatch", "--", filepath.Base(file))
	cmd.Dir = filepath.Dir(file)
	return cmd.Run() == nil
}
