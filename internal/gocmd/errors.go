package gocmd

import (
	"cmp"
	"fmt"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// A Kind tells failures of the go command apart by what a caller can do.
type Kind int

const (
	// Unknown is a failure of no kind below.
	Unknown Kind = iota
	// Canceled means that the context ended before the command did.
	Canceled
	// NotInstalled means that there is no go command.
	NotInstalled
	// Toolchain means that the go command is too old for what it was given,
	// or for gomend, and that no newer one could be had.
	Toolchain
	// Usage means that the go command did not understand its arguments.
	Usage
	// ModFile means that a go.mod or go.work file does not parse or that a
	// directive in it is refused.
	ModFile
	// Workspace means that the modules of a go.work file cannot be loaded
	// together. Each by itself, they may.
	Workspace
	// NoMatch means that a pattern names no package.
	NoMatch
	// Offline means that a module or toolchain could not be fetched.
	Offline
	// Missing means that no required module provides an imported package.
	Missing
	// Untidy means that go.mod, go.sum or the vendor folder are not what the
	// imports and the other modules ask for, as "go mod tidy" would make them.
	Untidy
	// Build means that a package does not parse, type-check or compile.
	Build
)

func (k Kind) String() string {
	switch k {
	case Canceled:
		return "canceled"
	case NotInstalled:
		return "not installed"
	case Toolchain:
		return "toolchain"
	case Usage:
		return "usage"
	case ModFile:
		return "module file"
	case Workspace:
		return "workspace"
	case NoMatch:
		return "no match"
	case Offline:
		return "offline"
	case Missing:
		return "missing"
	case Untidy:
		return "untidy"
	case Build:
		return "build"
	}
	return "unknown"
}

// An Error is a failure of the go command.
type Error struct {
	// Args is the command line after "go".
	Args []string
	// Dir is the directory that it ran in; the current one if empty.
	Dir string
	// Kind is what kind of failure it was.
	Kind Kind
	// Problems are the complaints on standard error, in their order.
	Problems []Problem
	// Stderr is all that the command wrote to standard error.
	Stderr string
	// Err is the underlying error: an [*os/exec.ExitError], or the context's.
	Err error
}

// A Problem is one complaint of the go command.
type Problem struct {
	// Package is the import path under whose heading the complaint stands, or "".
	Package string
	// Pos is the place that the complaint names; its file name is absolute.
	// It is the zero Position if the complaint names none.
	Pos token.Position
	// Message is the complaint without position, perhaps of several lines.
	Message string
}

func (p Problem) String() string {
	if p.Pos.IsValid() {
		return p.Pos.String() + ": " + p.Message
	}
	return p.Message
}

// Error names the first complaint and counts the others.
func (e *Error) Error() string {
	verb := "go"
	if len(e.Args) > 0 {
		verb = "go " + e.Args[0]
	}
	switch {
	case e.Kind == NotInstalled:
		return "the go command was not found: install Go, or add its bin directory to PATH"
	case e.Kind == Canceled || len(e.Problems) == 0:
		return fmt.Sprintf("%s in %s: %v", verb, cmp.Or(e.Dir, "."), e.Err)
	}
	msg := fmt.Sprintf("%s: %s", verb, e.Problems[0])
	if e.Kind == Toolchain && strings.Contains(msg, "GOTOOLCHAIN=local") {
		msg += ": install a newer Go, or set GOTOOLCHAIN=auto"
	}
	if n := len(e.Problems) - 1; n > 0 {
		msg += fmt.Sprintf(" (and %d more)", n)
	}
	return msg
}

func (e *Error) Unwrap() error { return e.Err }

// Pos returns the first position that the go command named, or the zero one.
func (e *Error) Pos() token.Position {
	for _, p := range e.Problems {
		if p.Pos.IsValid() {
			return p.Pos
		}
	}
	return token.Position{}
}

// kinds maps the go command's wording to kinds. The first row that matches
// decides: causes stand before the complaints that follow from them. The wording
// is that of cmd/go in Go 1.26 and 1.27 (modload, workcmd, toolchain, modfetch).
var kinds = []struct {
	kind  Kind
	match func(string) bool
}{
	{Usage, lazily(`(?m)^(flag provided but not defined|invalid (boolean )?(flag|value)|flag needs an argument|usage: go |go \S+: unknown command|unknown command)`)},
	{Toolchain, lazily(`requires go >= \S+ \(running go |toolchain not available|cannot find "go[^"]*" in PATH|invalid GOTOOLCHAIN|requires newer Go version|is unsupported by this version of Go|application built with go`)},
	{ModFile, lazily(`errors parsing (\S*[/\\])?go\.(mod|work)|(?m)^(go: )?\S*go\.(mod|work):\d+(:\d+)?: `)},
	{Workspace, lazily(`(?m)^go: .*listed in go\.work file|appears multiple times in workspace|replaced at all versions in the go\.work|conflicting replacements|-mod may only be set to|reading go\.work|workspace configuration`)},
	{Offline, lazily(`module lookup disabled|GOFLAGS=-mod=vendor|dial tcp|no such host|connection refused|i/o timeout|TLS handshake|unrecognized import path|reading (https?|file)://\S+: |reading \S+/@v/\S+: |verifying (module|go\.mod)|: (40[0-9]|410|5\d\d) |unknown revision`)},
	{NoMatch, lazily(`directory not found|matched no packages|does not contain (main module|modules listed in go\.work)|is not in std|(?m)^pattern \S+: |no Go files in|outside (main module|available modules)|go\.mod file not found|cannot find main module`)},
	{Untidy, lazily(`missing go\.sum entry|updates to go\.(mod|work) needed|inconsistent vendoring|ambiguous import|but not required; to add it`)},
	{Missing, lazily(`no required module provides package|cannot find (module providing )?package|does not contain package|cannot query module`)},
	{Build, lazily(`(?m)^# |^\S+\.(go|s|c|h|cc|cpp):\d+|import cycle not allowed|build constraints exclude all Go files|\.go:\d+:\d+: `)},
}

// lazily returns a function that reports whether a regular expression matches. It
// is compiled when first used: the vet tool, which starts once for every package,
// is linked with these and uses none.
func lazily(expr string) func(string) bool {
	compiled := compiling(expr)
	return func(s string) bool { return compiled().MatchString(s) }
}

func compiling(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// Classify returns the kind of a failure by the go command's words: what it wrote to
// standard error, or the message of an error of "go list -e".
func Classify(stderr string) Kind {
	for _, k := range kinds {
		if k.match(stderr) {
			return k.kind
		}
	}
	return Unknown
}

var (
	heading  = compiling(`^# (\S+)`)
	position = compiling(`^((?:[A-Za-z]:)?[^:\s][^:]*\.[a-z]+):(\d+)(?::(\d+))?: (.*)$`)
	progress = lazily(`^go: (downloading|finding|extracting|found|added|upgraded) `)
	preamble = lazily(`^go: errors parsing \S+:$`)
)

// parseProblems reads the complaints out of what the go command wrote to
// standard error when it ran in dir. Indented lines belong to the line before.
func parseProblems(stderr, dir string) []Problem {
	var problems []Problem
	pkg := ""
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\r\n")
		switch m := heading().FindStringSubmatch(line); {
		case m != nil:
			pkg = m[1]
		case line == "", progress(line), preamble(line):
		case (line[0] == '\t' || line[0] == ' ') && len(problems) > 0:
			last := &problems[len(problems)-1]
			last.Message += "\n" + line
		default:
			p := parseProblem(line, dir)
			p.Package = pkg
			problems = append(problems, p)
		}
	}
	return problems
}

func parseProblem(line, dir string) Problem {
	line = strings.TrimPrefix(line, "vet: ")
	line = strings.TrimPrefix(line, "go: ")
	m := position().FindStringSubmatch(line)
	if m == nil {
		return Problem{Message: line}
	}
	p := Problem{Message: m[4]}
	p.Pos.Filename = absolute(m[1], dir)
	p.Pos.Line, _ = strconv.Atoi(m[2]) // the expression matched digits only
	p.Pos.Column, _ = strconv.Atoi(m[3])
	return p
}

// absolute returns name, which the go command gave relative to dir, as an
// absolute name.
func absolute(name, dir string) string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}

// ParsePosition parses a position as the go command prints it, such as the Pos
// of an error of "go list -e", relative to dir. The file name becomes absolute.
// It returns the zero Position if s is none.
func ParsePosition(s, dir string) token.Position {
	return parseProblem(s+": ", dir).Pos
}
