package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Format is a way to write a run.
type Format string

const (
	Text     Format = "text"     // for people and editors: file:line:column: severity: message
	JSON     Format = "json"     // one document; docs/schema/report.schema.json
	JSONL    Format = "jsonl"    // the same, a line for each finding
	SARIF    Format = "sarif"    // SARIF 2.1.0, as GitHub's code scanning takes it
	GitHub   Format = "github"   // annotations of a GitHub Actions step
	RDJSONL  Format = "rdjsonl"  // reviewdog's diagnostics
	Markdown Format = "markdown" // for a comment or the summary of a job
)

// Formats returns all formats.
func Formats() []Format {
	return []Format{Text, JSON, JSONL, SARIF, GitHub, RDJSONL, Markdown}
}

func joinFormats() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// An Output is a format and where it goes.
type Output struct {
	Format Format
	File   string // empty for standard output
}

// ParseOutputs parses outputs as they stand on a command line, each FORMAT or
// FORMAT=FILE. At most one may go to standard output, and no two to one file.
func ParseOutputs(specs []string) ([]Output, error) {
	var outputs []Output
	taken := make(map[string]string)
	for _, spec := range specs {
		name, file, toFile := strings.Cut(spec, "=")
		switch {
		case !slices.Contains(Formats(), Format(name)):
			return nil, fmt.Errorf("unknown format %q: use one of %s", name, joinFormats())
		case toFile && file == "":
			return nil, fmt.Errorf("%q names no file: write %s=FILE, or %s for standard output", spec, name, name)
		}
		key := file
		if toFile {
			key = filepath.Clean(file)
		}
		if other, ok := taken[key]; ok {
			where := "standard output"
			if toFile {
				where = file
			}
			return nil, fmt.Errorf("%s and %s both go to %s: write %s=FILE for one of them", other, name, where, name)
		}
		taken[key] = name
		outputs = append(outputs, Output{Format(name), file})
	}
	return outputs, nil
}

// WriteAll writes the run to all outputs. The options are asked for each. All
// are made before the first is written, and a file is either written whole or
// stays as it was.
func WriteAll(outputs []Output, stdout io.Writer, run *Run, options func(Output) Options) error {
	contents := make([][]byte, len(outputs))
	for i, out := range outputs {
		var buf bytes.Buffer
		if err := Write(&buf, out.Format, run, options(out)); err != nil {
			return fmt.Errorf("%s report: %w", out.Format, err)
		}
		contents[i] = buf.Bytes()
	}
	for i, out := range outputs {
		var err error
		if out.File == "" {
			_, err = stdout.Write(contents[i])
		} else {
			err = replaceFile(out.File, contents[i])
		}
		if err != nil {
			return fmt.Errorf("%s report: %w", out.Format, err)
		}
	}
	return nil
}

// replaceFile writes a file by way of a temporary one beside it. What is not a
// regular file, such as a pipe or /dev/stderr, is written to as it is.
func replaceFile(name string, content []byte) error {
	mode := fs.FileMode(0o666)
	switch info, err := os.Stat(name); {
	case err == nil && !info.Mode().IsRegular():
		return writeTo(name, content)
	case err == nil:
		mode = info.Mode().Perm()
		// The file may be reached through a symbolic link, which stays.
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	temp, err := createBeside(name, mode)
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// createBeside creates a file in the folder of the named one. Unlike
// [os.CreateTemp], which is for the eyes of one user, it leaves the permissions
// to the umask.
func createBeside(name string, mode fs.FileMode) (*os.File, error) {
	for i := 0; ; i++ {
		temp := fmt.Sprintf("%s.%d-%d.tmp", name, os.Getpid(), i)
		f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

func writeTo(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
