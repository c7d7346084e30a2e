package gocmd

import (
	"context"
	"fmt"
	"go/version"
	"strings"
)

// Oldest is the oldest release of the go command that gomend drives: the first
// one that caches the results of vet tools.
const Oldest = "go1.26"

// switchTo is what a go command older than Oldest is asked to switch to. A
// toolchain's name needs its patch release.
const switchTo = "go1.26.0"

// Select returns g with a go command of release [Oldest] or newer. If the one
// that g runs is older and may switch, GOTOOLCHAIN is set for the commands that
// g runs, nowhere else. The error is of kind [Toolchain] if it must not switch.
func (g Go) Select(ctx context.Context) (Go, error) {
	env, err := g.Getenv(ctx, "GOVERSION", "GOTOOLCHAIN")
	if err != nil {
		return g, err
	}
	running := Release(env["GOVERSION"])
	if version.Compare(running, Oldest) >= 0 {
		return g, nil
	}
	setting, ok := newerToolchain(running, env["GOTOOLCHAIN"])
	if !ok {
		return g, &Error{
			Args: []string{"version"},
			Dir:  g.Dir,
			Kind: Toolchain,
			Err: fmt.Errorf("gomend drives %s or newer and found %s, which must not switch (GOTOOLCHAIN=%s): set GOTOOLCHAIN=auto, or install a newer Go",
				Oldest, env["GOVERSION"], env["GOTOOLCHAIN"]),
		}
	}
	g.Env = append(append([]string{}, g.Env...), "GOTOOLCHAIN="+setting)
	return g, nil
}

// newerToolchain returns the GOTOOLCHAIN setting under which the running release
// switches to one that gomend can drive, and whether the user's own setting
// allows that. Switching exists since Go 1.21.
func newerToolchain(running, setting string) (string, bool) {
	if version.Compare(running, "go1.21") < 0 {
		return "", false
	}
	_, mode, _ := strings.Cut(setting, "+")
	switch {
	case setting == "auto" || mode == "auto":
		return switchTo + "+auto", true
	case setting == "path" || mode == "path":
		return switchTo + "+path", true
	}
	return "", false
}

// Release returns the Go release of a go command's version, which may be that of
// a development build ("devel go1.27-0a1b2c3 …") or carry a suffix.
func Release(goversion string) string {
	for field := range strings.FieldsSeq(goversion) {
		field, _, _ = strings.Cut(field, "-")
		if version.IsValid(field) {
			return field
		}
	}
	return ""
}
