package silent

import (
	"fmt"
	"sync"
	"testing"
)

type looper struct {
	parser
	quit chan bool
}

type parser struct{ lines chan []byte }

func (p *parser) parse(line []byte) { p.lines <- line }

func (l *looper) stop() {
	fmt.Println("stopping")
	l.quit <- true
}

func startLooper() (func([]byte), chan bool) {
	lines := make(chan []byte, 16)
	quit := make(chan bool)
	go func() {
		for {
			select {
			case line := <-lines:
				fmt.Println(line)
			case <-quit:
				return
			}
		}
	}()
	return func(line []byte) { lines <- line }, quit
}

func newLooper(n int) (*looper, string, error) {
	_, quit := startLooper()
	return &looper{quit: quit}, fmt.Sprint(n), nil
}

// What a test is to call when it ends is called, if a helper says so too.
func startTwo(t *testing.T) string {
	t.Helper()
	a, _, _ := newLooper(1)
	t.Cleanup(a.stop)
	if a.quit == nil {
		t.Fatal("no loop")
	}
	b, name, _ := newLooper(2)
	t.Cleanup(b.stop)
	for i := range 3 {
		fmt.Println(i)
	}
	return name
}

// The program's own settings decide which channel there is.
type service struct{ peers []int }

var theService *service

func (s *service) updates() <-chan int {
	if s == nil {
		return nil
	}
	results := make(chan int)
	go func() {
		defer close(results)
		for _, peer := range s.peers {
			results <- peer
		}
	}()
	return results
}

func watch() {
	var wg sync.WaitGroup
	publish := func(in <-chan int) {
		defer wg.Done()
		for n := range in {
			fmt.Println(n)
		}
	}
	wg.Add(1)
	go publish(theService.updates())
	wg.Wait()
}
