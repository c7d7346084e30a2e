// Package suite has the analyzers of golang.org/x/tools' fix suite, which "go fix" runs, as
// fixers: with the Go version from which each does anything, and how far it may be trusted.
//
// Each is wrapped by an analyzer of the same name that sees what the other one reports.
// It keeps the first of several fixes, which is the one that is meant to change nothing, and
// withholds those that would lose a comment. Most have a guard: it looks at the code around
// a diagnostic for what makes the rewrite another program, and where it finds that gives the
// diagnostic the kind "left", without the fix and with the reason, or a kind of the tier
// Suggestion. Guards err on the side of leaving code alone. testdata/traps has the code by
// which they were found to be needed, and testdata/upstream.txt what becomes of it without
// them; a test fails when either changes, as it does when the suite gains an analyzer.
//
// Functions of the standard library that are marked //go:fix inline are inlined in any
// module that has what takes their place. x/tools compares the version of the module with
// that of the standard library, which is the toolchain's where the go command is the driver,
// and unknown where others are: see golang/go#75726.
//
// Left out are buildtag and plusbuild, which the fixer buildtags replaces. Added, as
// suggestions, are the modernizers that x/tools exports but keeps out of its suite.
//
// A driver that knows no tiers, such as "go fix -fixtool", applies suggestions too, unless
// it is given analyzers that do not report them.
package suite
