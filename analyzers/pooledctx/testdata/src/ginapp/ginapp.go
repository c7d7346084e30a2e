package ginapp

import (
	"context"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/errgroup"
)

func captured(c *gin.Context) {
	go func() { // want "a goroutine uses c and may still run when the handler has returned"
		audit(c.Param("id"))
	}()
	c.JSON(200, nil)
}

func audit(string) {}

func argument(c *gin.Context) {
	go background(c) // want "a goroutine uses c"
}

func background(c *gin.Context) {}

func asContext(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c, time.Second)
	defer cancel()
	go work(ctx) // want "a goroutine uses a context made from c"
}

func work(context.Context) {}

type job struct{ c *gin.Context }

func (j *job) run() {}

func inStruct(c *gin.Context) {
	j := &job{c: c}
	go j.run() // want "a goroutine uses what holds c"
}

func methodValue(c *gin.Context) {
	go c.Next() // want "a goroutine uses c"
}

func literal(engine *gin.Engine) {
	engine.GET("/", func(c *gin.Context) {
		go func() { // want "a goroutine uses c"
			c.JSON(200, nil)
		}()
	})
}

func writer(c *gin.Context) {
	w := c.Writer
	go func() { w.Write(nil) }() // memory of the context; see fiberapp for what is lent
}

// What may outlive the handler.

func copied(c *gin.Context) {
	cp := c.Copy()
	go func() { cp.JSON(200, nil) }()
}

func copiedArgument(c *gin.Context) {
	go background(c.Copy())
}

func copiedOver(c *gin.Context) {
	c = c.Copy()
	go func() { c.JSON(200, nil) }()
}

func values(c *gin.Context) {
	id := c.Param("id")
	ctx := context.WithoutCancel(c.Request.Context())
	go func() {
		audit(id)
		work(ctx)
	}()
}

// What is waited for.

func waited(c *gin.Context) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		audit(c.Param("id"))
	}()
	wg.Wait()
}

func group(c *gin.Context) {
	var g errgroup.Group
	g.Go(func() error {
		audit(c.Param("id"))
		return nil
	})
	_ = g.Wait()
}

func groupNotWaited(c *gin.Context) {
	var g errgroup.Group
	g.Go(func() error { // want "a goroutine uses c"
		audit(c.Param("id"))
		return nil
	})
}

func received(c *gin.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		audit(c.Param("id"))
	}()
	<-done
}

func timeout(c *gin.Context) {
	done := make(chan struct{})
	go func() { // want "a goroutine uses c"
		defer close(done)
		c.Next()
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
		c.JSON(504, nil)
	}
}

func callerWaits(c *gin.Context, wg *sync.WaitGroup) {
	go func() {
		defer wg.Done()
		audit(c.Param("id"))
	}()
}

func callerReceives(c *gin.Context) <-chan string {
	ch := make(chan string, 1)
	go func() { ch <- c.Param("id") }()
	return ch
}

// Channels and memory.

func sent(c *gin.Context, jobs *queue) {
	jobs.ch <- c // want "c is sent on a channel"
}

type queue struct {
	ch   chan *gin.Context
	last *gin.Context
}

func sentInStruct(c *gin.Context) {
	jobs <- job{c} // want "what holds c is sent on a channel"
}

var jobs = make(chan job)

func (q *queue) keep(c *gin.Context) {
	q.last = c // want "a field of q keeps c"
}

func (q *queue) keepForNow(c *gin.Context) {
	q.last = c
	defer func() { q.last = nil }()
	c.Next()
}

var current *gin.Context

func global(c *gin.Context) {
	current = c // want "current keeps c"
}

func outer(engine *gin.Engine) func() *gin.Context {
	var last *gin.Context
	engine.GET("/", func(c *gin.Context) {
		last = c // want "last keeps c"
	})
	return func() *gin.Context { return last }
}

var sessions = map[string]*gin.Context{}

func inMap(c *gin.Context) {
	sessions[c.Param("id")] = c // want "a map keeps c"
}

func inMapForNow(c *gin.Context) {
	id := c.Param("id")
	sessions[id] = c
	defer delete(sessions, id)
	c.Next()
}

func inOwnMap(c *gin.Context) {
	m := map[string]*gin.Context{"c": c}
	_ = m
}

func later(c *gin.Context) {
	time.AfterFunc(time.Second, func() { // want "a goroutine uses c"
		audit(c.Param("id"))
	})
}

func run(f func()) { go f() }

func throughOwn(c *gin.Context) {
	run(func() { audit(c.Param("id")) }) // want "a goroutine uses c"
}

func throughUnknown(c *gin.Context, submit interface{ Submit(func()) }) {
	submit.Submit(func() { audit(c.Param("id")) })
}
