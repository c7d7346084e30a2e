// Package workspace is the model of a code base of one or many Go modules:
// which modules, packages and main packages it has, as it is developed and as it
// ships.
//
// [Open] finds the root of the code base and every go.mod below it, and reads
// files only. [Workspace.Load] asks the go command for packages, in one of two
// views:
//
//   - [Work] is the code base as it is developed: the modules of a go.work file
//     together. Where several modules stand without one, a go.work file is
//     synthesised outside of the tree.
//   - [Release] is the code base as it ships: each module by itself, as its
//     importers and "go install" see it. Modules of the code base that are
//     required at versions not released yet are taken from the tree.
//
// Both views may need more than one run of the go command. A [Unit] is what one
// run can look at: modules, a directory and an environment to run in, and
// patterns to name the packages. One module that cannot be loaded makes the go
// command fail for its whole workspace; here it fails alone, see
// [Selection.Failures].
//
// Nothing in this package writes to the tree that it looks at.
package workspace
