// Package bounds is explored with two goroutines alive at a time.
package bounds

func within() {
	c := make(chan int)
	go func() {
		c <- 1 // want `within: send`
	}()
}

func beyond() {
	c := make(chan int)
	go func() { c <- 1 }()
	go func() { c <- 2 }()
	go func() { c <- 3 }()
	<-c
	<-c
}
