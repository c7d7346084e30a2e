// Package workspace is the model of a code base of many modules: which modules,
// packages and main packages it has, as it is developed and as it ships.
package workspace
