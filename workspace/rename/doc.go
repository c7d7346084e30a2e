// Package rename gives symbols of a code base other names: fields, methods, types,
// functions, variables and constants, wherever they are used in its modules, in tests,
// and in files for other platforms and build tags.
//
// [Plan] finds what a name stands for, and every use of it, by type-checking: the packages
// that depend on the symbol's are loaded once, with export data for all others, and once
// more for each build context that files with the name need. What must change together does:
// the declarations of one symbol for several platforms, the methods by which types satisfy
// an interface, the fields that embed a type.
//
// The packages are then type-checked with the changes. They have to compile as before, and
// each identifier has to stand for what it stood for: a name that a local variable would
// capture is found, although the compiler would say nothing. Nothing is written.
package rename
