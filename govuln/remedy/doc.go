// Package remedy finds the least upgrade that ends known vulnerabilities.
//
// What the go command builds with is the greatest version of each module that anything in the
// build list requires (minimal version selection, https://research.swtch.com/vgo-mvs). So
// an advisory ends with a floor: a requirement of the least version that it does not concern.
// Floors are found module by module of the code base, as each ships, by asking the go command
// what it would build with; those that others bring about are left out, and later versions
// are preferred where these ask for less. The plan is then scanned for what the new versions
// bring, and built, vetted and tested by package align before and after, in both views.
//
// The standard library is not required by modules: its advisories end in the release of Go
// that ends them, with the places that pin an earlier one (see [govuln.AdviseToolchain]).
package remedy
