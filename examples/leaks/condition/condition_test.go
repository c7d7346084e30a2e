package condition

import "testing"

func TestQueue(t *testing.T) {
	got := make(chan int)
	q := New(func(n int) { got <- n })
	q.Put(1)
	if n := <-got; n != 1 {
		t.Error(n)
	}
	q.Close()
}
