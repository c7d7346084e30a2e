// Package a has paths that begin at a call of start. What at is called with is
// told: whether it holds what start returned, or that the call is reached.
package a

func start() *int { return new(int) }

func at(p *int) {}

var other *int

func straight() {
	p := start()
	at(p)     // want `holds`
	at(other) // want `reached`
}

func before(p *int) {
	at(p)
	start()
}

func flag(c, d chan int) {
	p := start()
	fired := false
	select {
	case <-c:
		fired = true
		at(p) // want `case 0` `holds`
	case <-d:
		p = nil
	}
	if fired {
		at(p) // want `case 0` `holds`
	}
	if !fired {
		at(p) // want `case 1` `reached`
	}
}

func isNil(c chan int) {
	var p *int
	for range c {
		if p == nil {
			p = start()
			continue
		}
		at(p) // want `holds`
		p = nil
	}
}

func neverNil() {
	p := start()
	if p == nil {
		at(p)
	}
	if p != nil {
		at(p) // want `holds`
	}
}

func withDefault(c chan int) {
	p := start()
	select {
	case <-c:
		at(p) // want `case 0` `holds`
	default:
		at(p) // want `case 1` `holds`
	}
}

// A variable that a closure shares is followed if it is set once.
func shared() {
	p := start()
	defer func() { at(p) }()
	at(p) // want `holds`
}

func sharedAndSet() {
	p := start()
	set := func() { p = nil }
	set()
	at(p) // want `reached`
}

func and(a, b bool) {
	p := start()
	both := a && b
	if !both {
		p = nil
	}
	if both {
		at(p) // want `holds`
	}
}

func askedBefore(start0 bool, twice func() bool) {
	var p *int
	if start0 {
		p = start()
	}
	if start0 {
		at(p) // want `holds`
	} else {
		at(other)
	}
	ok := twice()
	if ok {
		p = nil
	}
	if !ok {
		at(p) // want `holds`
	}
}

// What is computed again is not what it was.
func askedAnew(next func() bool) {
	for {
		ok := next()
		if ok {
			p := start()
			at(p) // want `holds`
			for {
				ok = next()
				if !ok {
					at(p) // want `holds`
				}
				if ok {
					at(p) // want `holds`
				}
			}
		}
	}
}
