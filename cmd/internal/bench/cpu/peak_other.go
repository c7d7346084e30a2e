//go:build !unix

package cpu

import "os"

// Peak returns 0: the system does not tell.
func Peak(*os.ProcessState) int64 { return 0 }
