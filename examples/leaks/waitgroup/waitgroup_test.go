package waitgroup

import "testing"

func TestParseAll(t *testing.T) {
	numbers := make(chan int)
	ParseAll([]string{"1", "x"}, func(n int) { numbers <- n }, func() {})
	if got := <-numbers; got != 1 {
		t.Error(got)
	}
}
