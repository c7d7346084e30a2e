// Package cover tells which statements of a code base its tests run, and whether a change
// made that worse.
//
// [Measure] runs the tests of all modules and adds what programs noted that were built with
// "go build -cover" and run with GOCOVERDIR. A package without tests counts, with all of its
// statements as uncovered. A package whose tests fail is unknown: what they would have run
// can't be told, and to call it uncovered would be as wrong as to call it covered.
//
// [Compare] does not go by percentages: to delete covered code lowers one, and to add easy
// code hides what was lost in another. Coverage dropped if statements that the change did
// not touch were covered before and are not any more, wherever they stand now, or if there
// are more uncovered statements than before. [Since] does it for a revision of the code
// base.
package cover
