// Package suite has the analyzers of golang.org/x/tools' fix suite as fixers.
package suite
