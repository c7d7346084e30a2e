package main // want `asynctimerchan=1` `loopvar true`

//go:debug asynctimerchan=0

func main() {}
