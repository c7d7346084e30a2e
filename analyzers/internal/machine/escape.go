package machine

// escape gives v, and all that is reachable from it, to code that the machine
// does not see: from then on the channels among it always proceed, and who waits
// for a condition variable among it is signalled.
func (e *explorer) escape(st *state, v value) {
	if !carries(v) {
		return
	}
	r := newReach(st)
	r.lend = func(c *closure) { e.lend(st, r, c) }
	r.value(v)
	for id := range r.objects {
		if o := st.heap[id]; o != nil && !o.escaped {
			st.object(id).escaped = true
		}
	}
	for ch := range r.channels {
		if !st.channels[ch].escaped {
			st.channel(ch).escaped = true
		}
	}
	for i, g := range st.goroutines {
		if g.waiting && r.objects[g.waitsOn.object] {
			st.own(i).waiting = false
		}
	}
}

// escapeFuncs gives away the functions that an argument is, or holds if it is the
// slice of those that a variadic function is passed.
func (e *explorer) escapeFuncs(st *state, v value) {
	switch v := v.(type) {
	case *closure, cancel:
		e.escape(st, v)
	case boxed:
		e.escapeFuncs(st, v.value)
	case slice:
		if o := st.heap[v.object]; o != nil {
			for _, part := range o.parts {
				e.escapeFuncs(st, part)
			}
		}
	}
}
