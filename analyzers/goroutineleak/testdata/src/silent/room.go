package silent

import (
	"context"
	"fmt"
	"io"
	"sync"
	"testing"
)

func chosen(names []string) map[string]string { return nil }

func fetch(name string) error { return fmt.Errorf("no %s", name) }

// What is made from a list has no more entries than the list.
func subset(names []string) error {
	var wg sync.WaitGroup
	errs := make(chan error, len(names))
	for tag, name := range chosen(names) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := fetch(name + tag); err != nil {
				errs <- err
			}
		}()
	}
	wg.Wait()
	close(errs)
	return <-errs
}

type listener struct {
	max int
	log func()
}

func (l *listener) listen(quit chan bool) {
	tokens := 50
	if l.max > 0 {
		tokens = l.max
	}
	slots := make(chan struct{}, tokens)
	for i := 0; i < tokens; i++ {
		slots <- struct{}{}
	}
	for {
		<-slots
		select {
		case <-quit:
			return
		default:
		}
		go func() {
			l.log()
			slots <- struct{}{}
		}()
	}
}

// The room is filled by a loop of as many turns, more than are counted.
func startListening() {
	l := &listener{log: func() {}}
	quit := make(chan bool)
	go l.listen(quit)
	close(quit)
}

// That a file takes as many reads as it has bytes is not known, nor that it does not.
func pieces(r io.Reader, content []byte) (n int) {
	var wg sync.WaitGroup
	wg.Add(1)
	parts := make(chan []byte, len(content))
	go func() {
		defer close(parts)
		defer wg.Done()
		chunk := make([]byte, 10)
		for {
			n, err := r.Read(chunk)
			parts <- chunk[:n]
			if err == io.EOF {
				break
			}
		}
	}()
	wg.Wait()
	for part := range parts {
		n += len(part)
	}
	return n
}

type pool struct {
	workers int
	stop    []chan struct{}
	req     chan int
	res     chan int
}

func newPool(workers, room int) *pool {
	p := &pool{
		workers: workers,
		stop:    make([]chan struct{}, workers),
		req:     make(chan int, room),
		res:     make(chan int, room),
	}
	for i := range workers {
		stop := make(chan struct{})
		p.stop[i] = stop
		go p.run(stop)
	}
	return p
}

func (p *pool) run(stop chan struct{}) {
	for {
		select {
		case n := <-p.req:
			p.res <- n + 1
		case <-stop:
			return
		}
	}
}

func (p *pool) setSize(size int) {
	if size >= p.workers {
		for i := p.workers; i < size; i++ {
			stop := make(chan struct{})
			p.stop = append(p.stop, stop)
			go p.run(stop)
		}
		p.workers = size
		return
	}
	for i := p.workers; i > size; i-- {
		close(p.stop[i-1])
		p.stop[i-1] = nil
	}
	p.stop = p.stop[:size]
	p.workers = size
}

// A part of a slice holds what the slice does.
func resizes() {
	p := newPool(1, 4)
	defer p.setSize(0)
	p.setSize(4)
	p.setSize(2)
}

type broker struct{ in chan int }

func newBroker(ctx context.Context) (*broker, error) {
	b := &broker{in: make(chan int, 64)}
	go b.loop(ctx)
	return b, nil
}

func (b *broker) loop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-b.in:
			fmt.Println(n)
		}
	}
}

// The context is cancelled when the test ends.
func startBroker(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	b, err := newBroker(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(b)
}
