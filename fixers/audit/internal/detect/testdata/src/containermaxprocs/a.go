package containermaxprocs

import "runtime"

func workers() int {
	runtime.GOMAXPROCS(4)
	_ = runtime.NumCPU()
	return runtime.GOMAXPROCS(0) // want `in a container with a CPU limit`
}
