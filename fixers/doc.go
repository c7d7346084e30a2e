// Package fixers is the codemods that move code to a newer Go.
//
// Each is a package of its own that exports a go/analysis Analyzer, for whoever wants one
// of them in a driver of their own, and a [fix.Fixer] with what else is known of it.
// Package mend applies them to a code base so that it still compiles, package audit tells
// what a newer Go changes without any edit, and package upgrade drives both.
package fixers
