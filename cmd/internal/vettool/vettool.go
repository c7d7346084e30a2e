// Package vettool is gomend's vet-tool face: what the go command runs for
//
//	go vet -vettool=$(which gomend) ./...
//
// It speaks the protocol between the go command and such tools, which x/tools'
// unitchecker describes:
//
//	-V=full        print a line that identifies the tool's behaviour
//	-flags         print the flags that the tool accepts, as JSON
//	FLAGS x.cfg    analyse the one package that the JSON file x.cfg describes
//
// The go command starts the tool once for every package, dependencies before
// their importers; the tool reads the source of its package, the types of its
// imports from export data and their facts from the files that earlier runs
// wrote, analyses, and writes its own facts. For a package that is only a
// dependency, the facts are all that is asked for. The go command caches what
// the tool writes, by content, unless the tool exits non-zero; therefore
// everything that went wrong does that.
//
// The driver is our own rather than x/tools' because ours returns at once where
// no facts are to be had, writes a [record] for the engine, and knows
// suppressions. Facts are computed for the user's own modules, not for the
// standard library and other modules: analyzers know those by model.
//
// Positions are those of the source file itself, not what its //line directives
// say, so that edits can be applied to them; files that cgo wrote stand for the
// files that it read.
package vettool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/record"
)

// Invoked reports whether a command line, without the program's name, is one
// that the go command gives to a vet tool.
func Invoked(args []string) bool {
	if len(args) == 1 && (args[0] == "-V=full" || args[0] == "-flags") {
		return true
	}
	for i, arg := range args {
		if i == len(args)-1 {
			return strings.HasSuffix(arg, ".cfg")
		}
		if !strings.HasPrefix(arg, "-") {
			return false
		}
	}
	return false
}

// Exit codes of the tool. Any but exitClean keeps the go command from caching.
const (
	exitClean       = 0
	exitDiagnostics = 1 // diagnostics printed as text, or the package has errors
	exitFailed      = 2 // the tool could not do its work
)

// Main runs the vet tool with the given rules and arguments, which satisfy
// [Invoked], and returns its exit code.
func Main(rules []*rule.Rule, args []string, stdout, stderr io.Writer) int {
	code, err := run(rules, args, stdout, stderr)
	if err == nil {
		return code
	}
	var broken *brokenPackageError
	if errors.As(err, &broken) {
		// In go vet's own style, without a prefix.
		fmt.Fprintln(stderr, broken)
		return exitDiagnostics
	}
	fmt.Fprintf(stderr, "gomend: %v\n", err)
	return exitFailed
}

func run(rules []*rule.Rule, args []string, stdout, stderr io.Writer) (code int, err error) {
	if args[0] == "-V=full" {
		return exitClean, printVersion(stdout)
	}
	opts, err := parseFlags(rules, args)
	if err != nil {
		return exitFailed, err
	}
	if opts.describe {
		return exitClean, opts.describeFlags(stdout)
	}
	cfg, err := readConfig(opts.configFile)
	if err != nil {
		return exitFailed, err
	}
	if cfg.Stdout != "" {
		f, err := os.Create(cfg.Stdout)
		if err != nil {
			return exitFailed, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		stdout = f
	}
	return vet(cfg, opts, stdout, stderr)
}

// vet does what the configuration asks for: facts, and unless the package is
// only a dependency, diagnostics.
func vet(cfg *config, opts *options, stdout, stderr io.Writer) (code int, err error) {
	analyzers := opts.enabled()
	if cfg.VetxOnly {
		analyzers = withFacts(analyzers)
		if len(analyzers) == 0 || !cfg.own() {
			return exitClean, cfg.writeFacts(nil)
		}
	}
	collectLate()
	overlay, err := readOverlay()
	if err != nil {
		return exitFailed, err
	}
	pkg, err := load(cfg, overlay)
	if err != nil {
		var broken *brokenPackageError
		if cfg.SucceedOnTypecheckFailure && errors.As(err, &broken) {
			return exitClean, cfg.writeFacts(nil) // the compiler will say it
		}
		return exitFailed, err
	}
	results, err := analyse(cfg, pkg, opts.rulesAnalyzers(), analyzers)
	if err != nil {
		return exitFailed, err
	}
	if err := cfg.writeFacts(results.facts); err != nil {
		return exitFailed, err
	}
	if cfg.VetxOnly {
		return exitClean, nil
	}
	if opts.record {
		return exitClean, record.Encode(stdout, newRecord(cfg, pkg, results, opts))
	}
	unit := newUnit(cfg, pkg, results, opts)
	if opts.json {
		return exitClean, record.Encode(stdout, unit)
	}
	return printText(stderr, unit), nil
}

// OverlayEnv names the environment variable by which the engine tells where
// the JSON file is that maps files of the program to the files that the go
// command reads in their stead, as its -overlay flag takes it, all names
// absolute. It changes the names in a record and nothing else; it is not part
// of the cache's key, and need not be: a record names the files of the program.
const OverlayEnv = "GOMEND_OVERLAY"

// An overlay maps the files that are read to the files they stand for.
type overlay struct {
	read map[string]string // by name in the program
	name map[string]string // by name of the file read
}

func readOverlay() (overlay, error) {
	o := overlay{name: make(map[string]string)}
	file := os.Getenv(OverlayEnv)
	if file == "" {
		return o, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return o, fmt.Errorf("%s: %w", OverlayEnv, err)
	}
	var content struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &content); err != nil {
		return o, fmt.Errorf("%s=%s: %w", OverlayEnv, file, err)
	}
	o.read = content.Replace
	for name, read := range content.Replace {
		o.name[read] = name
	}
	return o, nil
}

// readFile reads the file that has the given name in the program.
func (o overlay) readFile(name string) ([]byte, error) {
	if read, ok := o.read[name]; ok {
		name = read
	}
	return os.ReadFile(name)
}

// printText prints a unit's diagnostics as go vet would and returns the exit
// code. The go command asks for JSON; other build systems may not.
func printText(w io.Writer, unit record.Unit) int {
	code := exitClean
	for _, d := range unit.Ordered() {
		fmt.Fprintf(w, "%s: %s\n", d.Posn, d.Message)
		for _, r := range d.Related {
			fmt.Fprintf(w, "%s: \t%s\n", r.Posn, r.Message)
		}
		code = exitDiagnostics
	}
	return code
}
