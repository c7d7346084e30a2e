package gocmd

import (
	"slices"
	"strings"
)

// DropFlags returns the GOFLAGS setting without the named flags, given without
// dashes: "mod", "modfile". Entries may be quoted, as the go command allows.
func DropFlags(goflags string, names ...string) string {
	var kept []string
	for _, entry := range splitFlags(goflags) {
		name, _, _ := strings.Cut(strings.TrimLeft(strings.Trim(entry, `'"`), "-"), "=")
		if !slices.Contains(names, name) {
			kept = append(kept, entry)
		}
	}
	return strings.Join(kept, " ")
}

// splitFlags splits a GOFLAGS setting at white space outside of quotes. An entry
// is quoted as a whole or not at all.
func splitFlags(goflags string) []string {
	var entries []string
	rest := strings.TrimSpace(goflags)
	for rest != "" {
		end := strings.IndexAny(rest, " \t\r\n")
		if q := rest[0]; q == '\'' || q == '"' {
			if i := strings.IndexByte(rest[1:], q); i >= 0 {
				end = i + 2
			}
		}
		if end < 0 || end > len(rest) {
			end = len(rest)
		}
		entries = append(entries, rest[:end])
		rest = strings.TrimSpace(rest[end:])
	}
	return entries
}
