// Package timerstale reports waits for timers that block for ever or never fire,
// and what the timers of Go 1.23 make needless.
//
// # The incident
//
// A worker stops its timer before it uses it again, and drains the channel as
// the documentation used to ask: if !t.Stop() { <-t.C }. One day the select
// above it received the timer's value itself. Stop then reports false, because
// the timer is over, and the receive waits for a value that was already taken:
// the worker hangs, with every lock it holds. Or a start-up check polls each
// 100 milliseconds beside a case <-time.After(timeout) and waits for a service
// for ever, because each poll starts the timeout anew (CoreDNS shipped this one,
// pull request 5361).
//
// # What it costs
//
// Both are goroutines that hang in the case that the timer was there for. They
// pass their tests, because there the other case wins. The drains that Go 1.23
// has made needless cost nothing until somebody copies one to a place where it
// blocks.
//
// # When it applies
//
// Before Go 1.23 the channel of a timer has a buffer, in which a value from
// before a Stop or Reset can wait. Since Go 1.23 it has none: after Stop or
// Reset no value from before is received, and Stop reports true, and takes the
// value back, if the timer has fired but nobody has received from it. What
// counts is the go line of the module that holds the main package, or the
// GODEBUG setting asynctimerchan; see the page of timerleak. The kinds that
// depend on it are reported where the module's own go line is 1.23 or later. The
// others hold on every version.
//
// # What is reported
//
// On every version:
//
// nil-channel: a receive from the C of a timer that time.AfterFunc has made. It
// is nil, so the receive blocks for ever. A select with a default case only tries
// it and is not reported.
//
// drain-twice: a receive from a timer's channel after its value was received, with
// no Reset in between: on every way to the receive, or so that every way from
// where the value was received leads there. A path between the two is not enough,
// since what a program knows may decide that the timer runs where it is drained.
//
// drain-inverted: if t.Stop() { <-t.C }. Stop reports true if it has stopped the
// timer, and then no value comes.
//
// never-fires: a case <-time.After(d) beside a default case, which does not wait
// for it; or a timeout that each turn of a loop starts anew, by time.After or
// Reset, beside a ticker or timer whose period is shorter. The time that is left
// until a deadline, as time.Until tells it, is started anew rightly.
//
// idle-reset: a time.After in an unbounded loop that each event starts anew,
// where the loop waits for one event among others, so that the timeout ought to
// limit the whole wait; or where its case does something from time to time,
// which a busy loop then never does. That events put a wait off is the very
// point of an idle timeout, and the code alone does not tell: the rule is silent
// where a name speaks of one (idle, inactive, debounce, flush, heartbeat and
// such) and in tests, and the confidence is low.
//
// With the timers of Go 1.23:
//
// drain-blocks: t.Stop() and <-t.C right after it.
//
// needless-drain: a receive from t.C if t.Stop() reports false, a select that
// drains t.C without waiting after Stop or before Reset. The fix removes it; it
// keeps its hands off where the condition asks for more.
//
// len-cap: len(t.C) or cap(t.C), which is always zero.
//
// # What is not reported
//
// A drain that is not written in one of these forms, and one by a function that
// gets the timer as an argument from another package. A timer that other
// functions can reset, because it is stored somewhere or given to them, is not
// said to be drained twice. Whether a duration that is not a constant is longer
// than a ticker's period is not known, so it is not said never to fire.
//
// # The fix
//
// It is right if no program that ships the code sets asynctimerchan=1, which
// brings the old timers back until Go 1.27. Under go vet that is supposed; the
// gomend command looks at each main package.
//
// Wrong:
//
//	func wait(t *time.Timer, events <-chan string) {
//		select {
//		case <-events:
//		case <-t.C:
//		}
//		if !t.Stop() {
//			<-t.C
//		}
//	}
//
// Right:
//
//	func wait(t *time.Timer, events <-chan string) {
//		select {
//		case <-events:
//			t.Stop()
//		case <-t.C:
//		}
//	}
//
// A timeout that never fires:
//
// Wrong:
//
//	func awaitSync(synced func() bool) error {
//		poll := time.NewTicker(100 * time.Millisecond)
//		defer poll.Stop()
//		for {
//			select {
//			case <-poll.C:
//				if synced() {
//					return nil
//				}
//			case <-time.After(5 * time.Second):
//				return errors.New("timeout")
//			}
//		}
//	}
//
// Right:
//
//	func awaitSync(synced func() bool) error {
//		poll := time.NewTicker(100 * time.Millisecond)
//		defer poll.Stop()
//		timeout := time.After(5 * time.Second)
//		for {
//			select {
//			case <-poll.C:
//				if synced() {
//					return nil
//				}
//			case <-timeout:
//				return errors.New("timeout")
//			}
//		}
//	}
//
// A drain that Go 1.23 has made needless:
//
// Wrong:
//
//	func again(t *time.Timer, d time.Duration) {
//		if !t.Stop() {
//			select {
//			case <-t.C:
//			default:
//			}
//		}
//		t.Reset(d)
//	}
//
// Right:
//
//	func again(t *time.Timer, d time.Duration) {
//		t.Reset(d)
//	}
package timerstale
