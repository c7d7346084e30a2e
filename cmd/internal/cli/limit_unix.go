//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// failWrites has a write beyond the limit of a file's size fail, as one to a full disk does.
// Without, the process is ended in the midst of its work. That is not ignored, but received
// and forgotten: children would ignore it, too.
func failWrites() { signal.Notify(make(chan os.Signal, 1), syscall.SIGXFSZ) }
