//go:build unix

package cpu

import (
	"os"
	"runtime"
	"syscall"
)

// Peak returns the largest resident set, in bytes, of the process and of
// those that it waited for.
func Peak(state *os.ProcessState) int64 {
	usage := state.SysUsage().(*syscall.Rusage)
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(usage.Maxrss) // there in bytes, elsewhere in kilobytes
	}
	return int64(usage.Maxrss) * 1024
}
