//go:debug panicnil=1
//go:debug asynctimerchan=0

package main // want `asynctimerchan=0` `loopvar true`

func main() {}
