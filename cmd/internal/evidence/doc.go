// Package evidence turns what was seen of running programs into findings, at the
// places in the source where they can be mended.
package evidence
