//go:build unix

package tree

import (
	"io/fs"
	"syscall"
)

// sameDevice reports whether two directories lie on one file system, so that files
// can be renamed from one to the other, as far as can be told.
func sameDevice(a, b fs.FileInfo) bool {
	x, ok1 := a.Sys().(*syscall.Stat_t)
	y, ok2 := b.Sys().(*syscall.Stat_t)
	return !ok1 || !ok2 || x.Dev == y.Dev
}
