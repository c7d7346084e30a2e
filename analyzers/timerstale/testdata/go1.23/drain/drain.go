// Package drain holds what timerstale says of drains with the timers of Go 1.23.
package drain

import "time"

func ifStopped(t *time.Timer, d time.Duration) {
	if !t.Stop() {
		<-t.C // want `needless since Go 1.23, or blocks for ever: Stop reports false only if the value was received before`
	}
	t.Reset(d)
}

func ifStoppedSelect(t *time.Timer, d time.Duration) {
	if !t.Stop() {
		select { // want `needless since Go 1.23: Stop leaves no value to drain`
		case <-t.C:
		default:
		}
	}
	t.Reset(d)
}

func withFlag(t *time.Timer, fired bool) {
	if !fired && !t.Stop() {
		<-t.C // want `needless since Go 1.23, or blocks for ever`
	}
}

func withFlagLast(t *time.Timer, fired bool) {
	if !t.Stop() && !fired {
		<-t.C // want `needless since Go 1.23, or blocks for ever`
	}
}

func withVariable(t *time.Timer) {
	if stopped := t.Stop(); !stopped {
		<-t.C // want `needless since Go 1.23, or blocks for ever`
	}
}

func withVariableBefore(t *time.Timer) {
	ok := t.Stop()
	if !ok {
		<-t.C // want `needless since Go 1.23, or blocks for ever`
	}
}

// A variable that something else was assigned to in between says nothing.
func otherVariable(t *time.Timer, late bool) {
	ok := t.Stop()
	ok = ok && late
	if !ok {
		<-t.C
	}
}

func inverted(t *time.Timer) {
	if t.Stop() {
		<-t.C // want `this blocks for ever: Stop reports true if it stops the timer, and then no value comes`
	}
}

func always(t *time.Timer) {
	t.Stop()
	<-t.C // want `this blocks for ever since Go 1.23: after Stop, nothing is received from the channel until Reset`
}

func ticker(t *time.Ticker) {
	t.Stop()
	<-t.C // want `this blocks for ever since Go 1.23`
}

func selectAfterStop(t *time.Timer) {
	t.Stop()
	select { // want `needless since Go 1.23: neither Stop nor Reset leaves a value to drain`
	case <-t.C:
	default:
	}
}

func selectBeforeReset(t *time.Timer, d time.Duration) {
	select { // want `needless since Go 1.23: neither Stop nor Reset leaves a value to drain`
	case <-t.C:
	default:
	}
	t.Reset(d)
}

type conn struct{ timer *time.Timer }

func (c *conn) field(d time.Duration) {
	if !c.timer.Stop() {
		<-c.timer.C // want `needless since Go 1.23, or blocks for ever`
	}
	c.timer.Reset(d)
}

// A receive that waits for the timer is none of these.
func waits(t *time.Timer, other *time.Timer, stop chan struct{}) bool {
	other.Stop()
	<-t.C
	t.Reset(time.Second)
	<-t.C
	select {
	case <-t.C:
		return true
	default:
		return false
	}
}

// What is done with the value makes it more than a drain.
func uses(t *time.Timer) time.Time {
	if !t.Stop() {
		return <-t.C
	}
	return time.Time{}
}

func lengths(t *time.Timer, k *time.Ticker) bool {
	for len(t.C) > 0 { // want `always zero since Go 1.23: the channel of a timer is not buffered`
		<-t.C
	}
	return cap(k.C) == 1 // want `always zero since Go 1.23`
}

type other struct{ C chan time.Time }

func (other) Stop() bool { return true }

func notTimers(o other) int {
	if !o.Stop() {
		<-o.C
	}
	return len(o.C)
}

// A timer of time.AfterFunc has no channel.
func afterFunc(work func(), d time.Duration) {
	t := time.AfterFunc(d, work)
	if !t.Stop() {
		<-t.C // want `this blocks for ever: a timer of time.AfterFunc has no channel, its C is nil`
	}
}

type session struct {
	expiry *time.Timer
	mixed  *time.Timer
}

func (s *session) start(work func(), d time.Duration) {
	s.expiry = time.AfterFunc(d, work)
	s.mixed = time.AfterFunc(d, work)
}

func (s *session) restart(d time.Duration) { s.mixed = time.NewTimer(d) }

func (s *session) wait(stop chan struct{}) {
	select {
	case <-s.expiry.C: // want `this blocks for ever: a timer of time.AfterFunc has no channel`
	case <-s.mixed.C:
	case <-stop:
	}
}

// What is never there is not waited for.
func tried(f func()) {
	t := time.AfterFunc(time.Second, f)
	if t.Stop() {
		return
	}
	select {
	case <-t.C:
	default:
	}
}
