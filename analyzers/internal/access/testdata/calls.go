package calls

import "sync"

type conn struct {
	mu   sync.Mutex
	ref  *sync.Mutex
	peer *conn
}

func take(m *sync.Mutex) {}

func lock(c *conn, want string)     { take(&c.mu) }
func lockValue(c conn, want string) { take(c.ref) }

func callers(a *conn, all []*conn, i int) {
	lock(a, "a.mu")
	lock(a.peer, "a.peer.mu")
	lock(all[i], "all[…].mu")
	lockValue(*a, "a.ref")
	func() { lock(a, "a.mu") }()
}
