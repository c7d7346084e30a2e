// Package timerdrain stops timers without emptying their channels.
//
// Until Go 1.23 a timer that had fired kept its value in the channel after Stop, for the next
// receive after a Reset to get: whoever used a timer again had to take the value out first.
// Since Go 1.23 no value from before is received after Stop or Reset has returned
// (https://go.dev/doc/go1.23#timer-changes). The old way still works where nobody has
// received the value, and waits for ever where somebody has.
//
// # Before
//
//	func wait(t *time.Timer, d time.Duration, events <-chan string) string {
//		if !t.Stop() {
//			select {
//			case <-t.C:
//			default:
//			}
//		}
//		t.Reset(d)
//		select {
//		case event := <-events:
//			return event
//		case <-t.C:
//			return ""
//		}
//	}
//
// # After
//
//	func wait(t *time.Timer, d time.Duration, events <-chan string) string {
//		t.Stop()
//		t.Reset(d)
//		select {
//		case event := <-events:
//			return event
//		case <-t.C:
//			return ""
//		}
//	}
//
// # Precondition
//
// drain: the statement is an if on the negated result of Stop of a *time.Timer, and does
// nothing but receive from the channel of the same timer, also in a select with an empty
// default. The go line of the module is at least 1.23, not only that of the file: programs
// that use the module have such a line too, because the go command demands that a main
// module's go line is not older than those of the modules that it requires. So the new timers
// ship, unless a program asks for the old ones with the GODEBUG setting asynctimerchan, which
// Go 1.27 drops. The package has no //go:debug line that does.
//
// # What is left
//
// comment: a comment in the statement would be lost. Those that speak of draining go with it.
//
// other: the channel is emptied in another way too, under a further condition, or something
// is done with the value.
//
// The result of Reset tells something else where the value was not taken out: it is seldom
// used, and what uses it is left to its author.
package timerdrain
