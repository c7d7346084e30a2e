package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomend/gomend/workspace/affected"
)

// WriteRecordSummary writes of a recording what the output of the tests does not tell: of
// which it is not known what they open, and, unless quiet, how much was recorded in the
// file.
func WriteRecordSummary(w io.Writer, r *affected.Recording, file string, quiet bool) error {
	var b strings.Builder
	files, env := make(map[string]bool), make(map[string]bool)
	known := 0
	for _, run := range r.Runs {
		if run.Unknown != "" {
			fmt.Fprintf(&b, "not known what the tests of %s open: %s\n", run.ImportPath, oneLine(run.Unknown))
		}
		if run.Consulted == nil {
			continue
		}
		known++
		for _, name := range run.Consulted.Files {
			files[name] = true
		}
		for _, name := range run.Consulted.Env {
			env[name] = true
		}
	}
	for i := range r.Failures {
		fmt.Fprintf(&b, "not looked at: %s\n", oneLine(r.Failures[i].Error()))
	}
	if !quiet {
		fmt.Fprintf(&b, "%s: the tests of %s open %s beside their own and ask for %s\n", file,
			plural(known, "package"), plural(len(files), "file"), plural(len(env), "environment variable"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
