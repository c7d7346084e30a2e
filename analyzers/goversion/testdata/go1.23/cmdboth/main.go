//go:debug default=go1.20
//go:debug asynctimerchan=2

// The setting itself wins over the default.
package main // want `asynctimerchan=2` `loopvar true`

func main() {}
