// Package pins finds the places outside of go.mod that name a version of Go, and raises them.
//
// A module's go line is one of many: workflows install a version of Go, container images
// carry one, version managers and linters are told one, and documents speak of one. [Find]
// finds them in a code base, [Read] in one file. [Raise] says what the files are to be for
// a newer Go, byte for byte as they are but for the versions, and which places are left for
// the user, each with the reason: a tag whose digest stands beside it, an image that was
// never made for the newer Go, a sentence.
//
// A list of versions in a test matrix says what is supported: those that can't build the
// code any more are dropped, and the newest of them is raised if none is left that can.
package pins
