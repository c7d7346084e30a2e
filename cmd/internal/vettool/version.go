package vettool

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// printVersion prints the line by which the go command tells one tool from
// another: a digest of the executable, and for people the version. Whatever
// else changes an analysis travels by flag.
func printVersion(w io.Writer) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	f, err := os.Open(exe)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("reading %s: %w", exe, err)
	}
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		version = info.Main.Version
	}
	// A version that contains "devel" must be followed by a build ID; of
	// any other the go command takes the whole line.
	_, err = fmt.Fprintf(w, "gomend version %s buildID=%x\n", version, h.Sum(nil))
	return err
}
