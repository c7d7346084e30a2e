package ways

import "testing"

func TestFatal(t *testing.T) {
	c := make(chan int)
	go func() {
		c <- 1 // want `TestFatal: send fatal sometimes`
	}()
	if len(t.Name()) > 9 {
		t.Fatal("a long name")
	}
	<-c
}
