package config

import (
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// Covers reports whether the package of the given import path, in the folder
// dir, is known not to build on the platform. The folder is slash-separated and
// relative to [Config.Dir]; the platform is GOOS/GOARCH.
func (u *Unbuildable) Covers(importPath, dir, platform string) bool {
	if len(u.Platforms) > 0 && !slices.Contains(u.Platforms, platform) {
		return false
	}
	return slices.ContainsFunc(u.Packages, func(pattern string) bool { return namesPackage(pattern, importPath, dir) })
}

// namesPackage reports whether a pattern of the file names the package of the given import path
// in the folder dir, which is relative to the file.
func namesPackage(pattern, importPath, dir string) bool {
	if local, ok := strings.CutPrefix(pattern, "./"); ok {
		return matchPattern(local, dir)
	}
	return pattern == "." && dir == "." || matchPattern(pattern, importPath)
}

// Expired reports whether the last day on which the packages may fail has
// passed.
func (u *Unbuildable) Expired(now time.Time) bool { return finding.Passed(u.Until, now) }

// matchPattern reports whether a path matches a pattern as the go command
// understands it: "..." stands for any text, and a pattern that ends in "/..."
// matches what is before it too.
func matchPattern(pattern, path string) bool {
	if before, ok := strings.CutSuffix(pattern, "/..."); ok && matchPattern(before, path) {
		return true
	}
	literal, rest, wild := strings.Cut(pattern, "...")
	tail, ok := strings.CutPrefix(path, literal)
	switch {
	case !ok:
		return false
	case !wild:
		return tail == ""
	}
	for i := len(tail); i >= 0; i-- {
		if matchPattern(rest, tail[i:]) {
			return true
		}
	}
	return false
}
