// Package govuln reports the known vulnerabilities that a code base really has: of all of
// its modules, in both views, on each platform.
//
// It asks in three tiers, each where the one before leaves a question. Which modules are
// built in is held against the database first, then which of their packages are imported:
// for that, the go command lists packages and nothing is compiled. Only modules that import
// a vulnerable package are then loaded, one at a time, to find out by package reach which
// vulnerable functions they call.
//
// govulncheck (golang.org/x/vuln) stands as the oracle in the tests: all that it says is
// called is called here. What it takes for called, and govuln does not, is advisories that
// name no functions and those for other platforms.
package govuln
