// Package waitgroupgo has goroutines that are not all that Go starts.
package waitgroupgo

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

var Traps = map[string]func() string{
	"a Go of one's own":         ownGo,
	"another group of the name": another,
	"returns without Done":      early,
	"ends without Done":         goexit,
	"the group is a call":       call,
	"recovers (#77559)":         recovers,
	"plain":                     plain,
}

// A group counts what it starts.
type group struct {
	sync.WaitGroup
	started int
	deep    int
}

func (g *group) Go(f func()) {
	if g.deep++; g.deep > 5 {
		return
	}
	g.started++
	g.Add(1)
	go func() {
		defer g.Done()
		f()
	}()
}

func ownGo() string {
	var g group
	g.Go(func() {})
	g.Wait()
	return fmt.Sprint(g.started)
}

// waited reports whether a wait group comes to an end.
func waited(wg *sync.WaitGroup) string {
	done := make(chan bool, 1)
	go func() { wg.Wait(); done <- true }()
	select {
	case <-done:
		return "done"
	case <-time.After(500 * time.Millisecond):
		return "waits"
	}
}

func another() string {
	var wg, inner sync.WaitGroup
	inner.Add(1)
	wg.Add(1)
	go func() {
		wg := &inner
		_ = wg
		wg.Done()
	}()
	return waited(&wg) + waited(&inner)
}

func early() string {
	var wg sync.WaitGroup
	stop := true
	wg.Add(1)
	go func() {
		if stop {
			return
		}
		wg.Done()
	}()
	return waited(&wg)
}

func goexit() string {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		runtime.Goexit()
		wg.Done()
	}()
	return waited(&wg)
}

func call() string {
	var mu sync.Mutex
	n := 0
	var wg sync.WaitGroup
	get := func() *sync.WaitGroup { mu.Lock(); n++; mu.Unlock(); return &wg }
	get().Add(1)
	go func() {
		defer get().Done()
	}()
	wg.Wait()
	return fmt.Sprint(n)
}

func recovers() string {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer func() { _ = recover() }()
		if wg := 0; wg == 0 {
			panic("x")
		}
		wg.Done()
	}()
	return waited(&wg)
}

func plain() string {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
	}()
	return waited(&wg)
}
