package twins

import (
	"sync"
	"time"
)

// RunKubernetes11298 is mended by a condition that remembers calls and the end
// of the shift, and by a waiter who takes the lock himself.
func RunKubernetes11298() {
	go func() {
		night := make(chan struct{})
		gone := afterwards(func() { page(night) })
		go func() {
			defer close(night)
			time.Sleep(300 * time.Nanosecond)
		}()
		<-gone
	}()
}

type ended <-chan struct{}

func afterwards(f func()) ended {
	end := make(chan struct{})
	go func() {
		defer close(end)
		if f != nil {
			f()
		}
	}()
	return ended(end)
}

func repeat(f func(), pause time.Duration, stop <-chan struct{}) {
	if f == nil {
		return
	}
	for {
		select {
		case <-stop:
			return
		default:
		}
		f()
		select {
		case <-stop:
		case <-time.After(pause):
		}
	}
}

type pager struct {
	mu    sync.Mutex
	beep  *sync.Cond
	calls int
	off   bool
}

func (p *pager) await() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.calls == 0 && !p.off {
		p.beep.Wait()
	}
	p.calls = 0
}

func (p *pager) call() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	p.beep.Signal()
}

func (p *pager) switchOff() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.off = true
	p.beep.Broadcast()
}

func (p *pager) attend(night <-chan struct{}) {
	for {
		select {
		case <-night:
			return
		default:
			called := afterwards(func() {
				p.await()
			})
			select {
			case <-night:
				p.switchOff()
				<-called
				return
			case <-called:
			}
		}
	}
}

func page(night <-chan struct{}) {
	p := &pager{}
	p.beep = sync.NewCond(&p.mu)
	callers := afterwards(func() {
		repeat(func() {
			for {
				select {
				case <-night:
					return
				default:
					p.call()
				}
			}
		}, 0, night)
	})
	repeat(func() { p.attend(callers) }, 0, night)
}
