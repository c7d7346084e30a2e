package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gomend/gomend/workspace/run"
)

// WorkRunFormats returns the formats for what a command did in modules.
func WorkRunFormats() []Format { return []Format{Text, JSON} }

// WriteModuleRun writes what a command did in one module, as soon as it is known.
func WriteModuleRun(w io.Writer, r *run.Result, colored bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", brush(colored).paint(bold, fmt.Sprintf("== %s (%s)", r.Module.Name(), r.Module.Rel)))
	b.Write(r.Output)
	if n := len(r.Output); n > 0 && r.Output[n-1] != '\n' {
		b.WriteString("\n")
	}
	if !r.OK() {
		fmt.Fprintf(&b, "%s\n", brush(colored).paint(boldRed, runFailure(r)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// runFailure says why a module is not done.
func runFailure(r *run.Result) string {
	if r.Skipped != "" {
		return "not run: " + r.Skipped
	}
	return fmt.Sprintf("failed: %v", r.Err)
}

// WriteRunSummary writes what a command did in all modules, in a few lines: how many
// there are, and which are not done.
func WriteRunSummary(w io.Writer, results []run.Result, took time.Duration) error {
	ok, failed, skipped := 0, 0, 0
	var rest strings.Builder
	for i := range results {
		r := &results[i]
		switch {
		case r.OK():
			ok++
			continue
		case r.Skipped != "":
			skipped++
		default:
			failed++
		}
		fmt.Fprintf(&rest, "  %s: %s\n", r.Module.Name(), runFailure(r))
	}
	text := fmt.Sprintf("%s in %s: %d done", plural(len(results), "module"), duration(took), ok)
	if failed > 0 {
		text += fmt.Sprintf(", %d failed", failed)
	}
	if skipped > 0 {
		text += fmt.Sprintf(", %d not run", skipped)
	}
	_, err := fmt.Fprintf(w, "%s\n%s", text, rest.String())
	return err
}

// A runDocument is what a command did in modules, in JSON.
type runDocument struct {
	Version int               `json:"version"`
	View    string            `json:"view"`
	Command []string          `json:"command"`
	Modules []moduleRunInJSON `json:"modules"`
}

type moduleRunInJSON struct {
	Path    string  `json:"path"`
	Dir     string  `json:"dir"`
	Code    int     `json:"code"` // -1 if the command did not run to its end
	Error   string  `json:"error,omitempty"`
	Skipped string  `json:"skipped,omitempty"`
	Seconds float64 `json:"seconds"`
	Output  string  `json:"output"`
}

// WriteRunJSON writes what a command did in modules as a JSON document.
func WriteRunJSON(w io.Writer, view string, command []string, results []run.Result) error {
	d := runDocument{Version: 1, View: view, Command: command, Modules: []moduleRunInJSON{}}
	for i := range results {
		r := &results[i]
		m := moduleRunInJSON{
			Path: r.Module.Name(), Dir: r.Module.Rel, Code: r.Code,
			Skipped: r.Skipped, Seconds: r.Took.Seconds(), Output: string(r.Output),
		}
		if r.Err != nil {
			m.Error = r.Err.Error()
		}
		d.Modules = append(d.Modules, m)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}
