package classes

import "sync"

func class(a any, name string) {}

type T struct {
	mu  sync.Mutex
	in  struct{ mu sync.Mutex }
	ref *sync.Mutex
}

type G[V any] struct {
	mu sync.Mutex
	v  V
}

var mu sync.Mutex

func f(t *T, ts []T, param *sync.Mutex, g *G[int]) {
	var local sync.Mutex
	class(&t.mu, "field")
	class(&new(T).mu, "other T")
	class(&ts[3].mu, "element")
	class(&t.in.mu, "nested")
	class(t.ref, "pointer")
	class(&g.mu, "generic")
	class(&mu, "global")
	class(&local, "local")
	class(param, "parameter")
}
