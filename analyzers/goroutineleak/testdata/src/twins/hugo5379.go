package twins

import (
	"context"
	"sync"
	"time"
)

// RunHugo5379 is mended by recipes that, cooked under the lock of their dish,
// ask for its weight without taking the lock again.
func RunHugo5379() {
	go func() {
		c := &cookbook{}
		c.chapters = append(c.chapters, &chapter{})
		for _, ch := range c.chapters {
			d := &dish{base: &dishBase{}}
			d.steps = newRecipe(d)
			ch.dishes = append(ch.dishes, d)
		}
		c.cook()
	}()
}

type cookbook struct {
	chapters []*chapter
}

func (c *cookbook) cook() {
	for _, ch := range c.chapters {
		for _, other := range c.chapters {
			other.prepare()
		}
		ch.cook()
	}
}

type chapter struct {
	dishes []*dish
}

func (c *chapter) prepare() {
	for _, d := range c.dishes {
		d.steps.renew()
	}
}

func (c *chapter) cook() {
	cooks := &sync.WaitGroup{}
	for i := 0; i < 2; i++ {
		cooks.Add(1)
		go func() {
			defer cooks.Done()
			for _, d := range c.dishes {
				d.weigh()
			}
		}()
	}
	cooks.Wait()
}

type dishBase struct {
	plated sync.Once
}

type dish struct {
	base   *dishBase
	boiled sync.Once
	mu     sync.Mutex
	weight int
	steps  *recipe
}

func (d *dish) weigh() {
	d.boil()
	d.plate()
}

// weighHeld is called with the lock.
func (d *dish) weighHeld() int { return d.weight }

func (d *dish) plate() {
	d.base.plated.Do(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.weight++
	})
}

func (d *dish) boil() {
	d.boiled.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		ready := make(chan error, 1)
		go func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			if err := d.steps.follow(); err != nil {
				ready <- err
				return
			}
			ready <- nil
		}()
		select {
		case <-ctx.Done():
		case <-ready:
		}
	})
}

type recipe struct {
	dish  *dish
	steps map[int]func() error
	init  sync.Once
	order map[int]func() error
}

func newRecipe(d *dish) *recipe { return &recipe{dish: d} }

func (r *recipe) renew() {
	r.init.Do(func() {
		r.steps = map[int]func() error{0: func() error {
			r.dish.weighHeld()
			return nil
		}}
	})
	order := make(map[int]func() error)
	for i, step := range r.steps {
		order[i] = step
	}
	r.order = order
}

func (r *recipe) follow() error {
	for i := range r.order {
		if err := r.order[i](); err != nil {
			continue
		}
	}
	return nil
}
