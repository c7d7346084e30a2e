package goroutineleak

const page = ""
