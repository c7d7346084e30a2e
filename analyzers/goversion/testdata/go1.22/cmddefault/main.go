//go:debug default=go1.24

package main // want `asynctimerchan=0` `loopvar true`

func main() {}
