// Package affected tells which packages and modules of a code base a change can
// reach, and by which way.
//
// [Packages] compares two sides, the base and the head of a change: laid-out trees,
// each loaded as package workspace does. [Since] has git lay out the base. What a
// package is built and tested from is compared by content, so that it does not
// matter how a change came about:
//
//   - Its archive depends on its Go, cgo, assembly and other source files, on the
//     names and contents of the files that it embeds, on the language version that
//     its module's go line gives, and on the packages that it imports.
//   - Its tests depend on that, on the test files and what these embed, on its
//     testdata directory, on what the tests import, and on files that they were
//     seen to open, see [Record].
//   - What other platforms or build tags build of it depends on the files that the
//     build constraints of this platform leave out, and on what these import.
//
// Imports are followed from the changed packages to those that import them, over
// all modules and through dependencies, in the graphs of both sides; imports of tests
// are followed one step and no further, since nobody imports a test. Where a go.mod
// or go.work file differs, the dependencies that it resolves to are compared rather
// than its text: package by package, by the module version that each comes from.
//
// Where something can't be told, because a package can't be loaded on one side,
// say, the package counts as affected. Not seen are: files outside of the tree, such
// as those of a module that a replace line takes from there; files that tests open
// outside of their testdata directory, unless they were recorded; and programs that
// tests build and run.
package affected
