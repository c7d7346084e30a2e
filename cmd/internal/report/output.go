package report

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/tree"
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
	HTML     Format = "html"     // one page that needs nothing else
)

// Formats returns all formats.
func Formats() []Format {
	return []Format{Text, JSON, JSONL, SARIF, GitHub, RDJSONL, Markdown}
}

func joinFormats(formats []Format) string {
	var names []string
	for _, f := range formats {
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
// FORMAT=FILE with one of the formats. At most one may go to standard output, and no
// two to one file.
func ParseOutputs(specs []string, formats []Format) ([]Output, error) {
	var outputs []Output
	taken := make(map[string]string)
	for _, spec := range specs {
		name, file, toFile := strings.Cut(spec, "=")
		switch {
		case !slices.Contains(formats, Format(name)):
			return nil, fmt.Errorf("unknown format %q: use one of %s", name, joinFormats(formats))
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

// WriteAll writes the run to all outputs. The options are asked for each.
func WriteAll(outputs []Output, stdout io.Writer, run *Run, options func(Output) Options) error {
	return WriteOutputs(outputs, stdout, func(w io.Writer, out Output) error {
		return Write(w, out.Format, run, options(out))
	})
}

// WriteOutputs writes to all outputs what write makes for each. All are made before
// the first is written, and a file is either written whole or stays as it was.
func WriteOutputs(outputs []Output, stdout io.Writer, write func(io.Writer, Output) error) error {
	contents := make([][]byte, len(outputs))
	for i, out := range outputs {
		var buf bytes.Buffer
		if err := write(&buf, out); err != nil {
			return fmt.Errorf("%s report: %w", out.Format, err)
		}
		contents[i] = buf.Bytes()
	}
	for i, out := range outputs {
		var err error
		if out.File == "" {
			_, err = stdout.Write(contents[i])
		} else {
			err = tree.Replace(out.File, contents[i])
		}
		if err != nil {
			return fmt.Errorf("%s report: %w", out.Format, err)
		}
	}
	return nil
}
