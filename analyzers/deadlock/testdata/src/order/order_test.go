package order

// A test holds locks to look, while nothing else runs.
func look(o *outer) {
	o.in.mu.Lock()
	defer o.in.mu.Unlock()
	o.mu.Lock()
	defer o.mu.Unlock()
}
