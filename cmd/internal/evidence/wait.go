package evidence

import "strings"

// A wait is what a goroutine does or waits for, in words, and what would end it.
type wait struct{ doing, mend string }

// waits are by the runtime's words for them (waitReasonStrings in runtime2.go). The
// first whose prefix fits counts.
var waits = []struct {
	state string
	wait
}{
	{"chan send (nil chan)", wait{"sending on a nil channel", "make the channel before it is used"}},
	{"chan send", wait{"sending on a channel", "give the channel room for what is sent, or select on a context that is cancelled when the receiver goes"}},
	{"chan receive (nil chan)", wait{"receiving from a nil channel", "make the channel before it is used"}},
	{"chan receive", wait{"receiving from a channel", "close the channel on every path, or select on a context too"}},
	{"select (no cases)", wait{"in a select without cases", "wait for a context instead"}},
	{"select", wait{"in a select", "add a case that can always happen in the end, such as the Done of a context that is cancelled"}},
	{"sync.Mutex.Lock", lock},
	{"sync.RWMutex", lock},
	{"sync.WaitGroup.Wait", wait{"waiting for a wait group", "call Done on every path of what it waits for"}},
	{"sync.Cond.Wait", wait{"waiting for a condition variable", "signal it whenever the condition may have changed, at the end too"}},
	{"semacquire", lock},
	{"IO wait", wait{"waiting for the network", "set a deadline, or close what it reads from"}},
	{"sleep", wait{"sleeping", "wait for a context too"}},
}

var lock = wait{"waiting for a lock", "release the lock on every path, and take locks in one order"}

// waitOf returns the wait of a goroutine in the given state.
func waitOf(state string) wait {
	for _, w := range waits {
		if strings.HasPrefix(state, w.state) {
			return w.wait
		}
	}
	return wait{"in state " + state, "end what it waits for"}
}
