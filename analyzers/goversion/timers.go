package goversion

import (
	"flag"
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/analyzers/rule"
)

// timersFlag is the flag with which a user, or a parent process that knows the
// main packages, says which timers an analyzer should suppose.
const timersFlag = "timers"

// TimersFlag returns the flags of an analyzer whose kinds depend on the timers
// that ship: one named "timers", to be read by [WithTimers].
func TimersFlag() flag.FlagSet {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	mode := auto
	fs.Var(&mode, timersFlag, "which `timers` to suppose: auto (by //go:debug and the module's go line) or both (report each kind, whoever reads it resolves its condition)")
	return *fs
}

// WithTimers reports whether a kind of the condition when is to be reported in
// the package under analysis, by the analyzer's flag of [TimersFlag].
func WithTimers(pass *analysis.Pass, when rule.Condition) bool {
	if f := pass.Analyzer.Flags.Lookup(timersFlag); f != nil && f.Value.String() == string(both) {
		return true
	}
	return Holds(pass, when)
}

// mode is the value of the flag.
type mode string

const (
	auto mode = "auto"
	both mode = "both"
)

func (m *mode) String() string { return string(*m) }

func (m *mode) Set(s string) error {
	switch v := mode(s); v {
	case auto, both:
		*m = v
		return nil
	}
	return fmt.Errorf("unknown timers %q: use auto or both", s)
}
