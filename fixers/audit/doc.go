// Package audit tells which lines of a code base behave differently once its go lines rise.
//
// A newer Go changes programs whose source stays the same in three ways. The language goes
// by the version of the file: only the variables of loops, since Go 1.22, changed what
// compiled before. The defaults of GODEBUG settings go by the line of the program: of
// go.work as it is developed, of its own go.mod as it ships. And some changes come with the
// toolchain, whatever the lines say. [Run] looks for all three, in the code base's own
// modules, and says how it knows of each place: see [Evidence].
package audit
