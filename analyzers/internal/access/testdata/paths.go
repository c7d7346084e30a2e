package paths

import "sync"

// same and other state that two pointers have, or have not, the same path.
func same(a, b any)  {}
func other(a, b any) {}

// named states how a path is written.
func named(a any, s string) {}

type node struct {
	mu   sync.Mutex
	next *node
	sub  struct{ sync.Mutex }
	all  []node
	by   map[string]*node
	ref  *sync.Mutex
	done chan int
}

var global node

func (n *node) fields(m *node) {
	same(&n.mu, &n.mu)
	other(&n.mu, &m.mu)
	other(&n.mu, &n.next.mu)
	same(&n.next.mu, &n.next.mu)
	same(n.ref, n.ref)
	same(n.done, n.done)
	named(&n.next.mu, "n.next.mu")
	named(&n.sub.Mutex, "n.sub.Mutex")
	named(&global.mu, "paths.global.mu")
}

func (n *node) elements(i, j int, k string) {
	same(&n.all[i].mu, &n.all[i].mu)
	other(&n.all[i].mu, &n.all[j].mu)
	same(&n.all[1].mu, &n.all[1].mu)
	other(&n.all[1].mu, &n.all[2].mu)
	same(&n.by[k].mu, &n.by[k].mu)
	if m, ok := n.by[k]; ok {
		same(&m.mu, &n.by[k].mu)
		named(&m.mu, "n.by[…].mu")
	}
	named(&n.by["a"].mu, `n.by["a"].mu`)
}

func captured(n *node) {
	m := n
	var mu sync.Mutex
	func() {
		same(&m.mu, &n.mu)
		same(&mu, &mu)
		go func(p *node) { same(&p.mu, &n.mu) }(m)
		named(&mu, "mu")
	}()
	same(&m.mu, &n.mu)
}

func reassigned(n, m *node, c bool) {
	p := n
	if c {
		p = m
	}
	other(&p.mu, &n.mu)
	same(&p.mu, &p.mu)
	named(&p.mu, "p.mu")
	q := n
	set := func() { q = m }
	set()
	other(&q.mu, &n.mu)
}

func (n *node) self() *node       { return n }
func (n *node) lock() *sync.Mutex { return &n.mu }
func (n *node) child(k string) *node {
	if n == nil {
		return nil
	}
	return n.next
}
func (n *node) at(k string) *node { return n.by[k] }
func made() *node                 { return new(node) }

func getters(n, m *node, k string) {
	same(n.lock(), &n.mu)
	same(n.self().lock(), &n.mu)
	other(n.lock(), m.lock())
	same(&n.child("a").mu, &n.next.mu)
	same(&n.at(k).mu, &n.by[k].mu)
	same(&n.at("a").mu, &n.by["a"].mu)
	other(&n.at("a").mu, &n.at(k).mu)
	other(made().lock(), made().lock())
}

type value struct {
	mu *sync.Mutex
	in struct{ c chan int }
}

func (v value) byValue(w value) {
	same(v.mu, v.mu)
	other(v.mu, w.mu)
	same(v.in.c, v.in.c)
	named(v.mu, "v.mu")
	func() { same(v.mu, v.mu) }()
}

func (v value) get() *sync.Mutex { return v.mu }

func valueGetter(vs []value, i int, p *value) {
	same(vs[i].get(), vs[i].mu)
	same(p.get(), p.mu)
}

type locker interface{ Lock() }

func converted(n *node, x any) {
	var l locker = &n.mu
	same(l, &n.mu)
	same(x.(*node), x)
	if y, ok := x.(*node); ok {
		same(y, x)
	}
}

func generic[T any](p *box[T]) { same(&p.mu, &p.mu); named(&p.mu, "p.mu") }

type box[T any] struct {
	mu sync.Mutex
	v  T
}
