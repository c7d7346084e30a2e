// Package timerleak reports timers and tickers that are left behind and pile up.
//
// # The incident
//
// A goroutine takes events from a channel, in a loop that lives as long as the
// service. Its select also has a case <-time.After(time.Minute), to do some
// housekeeping when nothing comes. Under load an event comes every 100
// microseconds. The minute never passes, but each turn has started a timer for
// it: 600,000 of them are pending at any time, 150 MB, and each turn has to place
// one more among them. The service grows with its load, no goroutine is to blame,
// and a heap profile shows time.NewTimer. Consumers of nats-server had this loop
// (pull request 4756); the producer of sarama, whose every flush dropped a
// running timer, had another form of it (2355).
//
// # What it costs
//
// Before Go 1.23 the runtime holds a timer until it fires or is stopped, and a
// ticker until it is stopped, whether or not anything else still refers to it.
// 500,000 pending timers of an hour hold 127 MiB (measured with Go 1.26 and the
// line "go 1.22" in go.mod; nothing with "go 1.23"). Starting and firing them
// costs processor time that grows with their number. A ticker that is never
// stopped costs a wake-up per period for as long as the process lives.
//
// # When it applies
//
// Since Go 1.23 the garbage collector takes timers and tickers that nothing
// refers to. What counts is not the toolchain but the go line of the module that
// holds the main package, or the GODEBUG setting asynctimerchan, which a godebug
// line of go.mod or go.work, a //go:debug line or the environment can set. A
// library of "go 1.22" is safe in a program of "go 1.23". Go 1.27 drops the
// setting: what is built with it has the new timers, whatever its go line says.
//
// One package does not tell which programs ship it. Under go vet the rule goes
// by the //go:debug lines of a main package and by the module's own go line,
// which is the oldest that a program using it can have had when it was written.
// The gomend command looks at each main package. With -timerleak.timers=both
// everything is reported, and whoever reads it decides.
//
// # What is reported
//
// after-in-loop: time.After in a loop without an evident bound, where another
// case of the select can win and lead to the next turn, for a duration of five
// seconds or more, or one that is not known.
//
// timer-in-loop: the same with time.NewTimer, on a turn that ends without Stop.
// A deferred Stop does not help a loop: it waits for the function to return.
//
// after-dropped: a variable or an unexported field keeps the channel of a
// time.After, and is overwritten while the timer runs: by the next time.After,
// or with nil when the work is done sooner.
//
// tick-in-loop: a ticker, or a time.Tick, started at each turn of a loop and not
// stopped before the next.
//
// tick: time.Tick in a function that returns. Nobody can stop its ticker.
//
// ticker-not-stopped: a function that returns, on some path, without having
// stopped the ticker that it started.
//
// ticker-field: a ticker in an unexported field of a type that has a method such
// as Close or Stop, and nothing in the package stops the ticker.
//
// after-per-call: a function leaves a timer behind and is called in an unbounded
// loop of the package, or is an HTTP handler.
//
// short-after: as after-in-loop and its like, for less than five seconds. It
// takes thousands of turns a second to notice.
//
// after-outlives: a loop leaves a timer of ten seconds or more behind when it
// ends, or few because it is bounded, or because a wait of its own slows it
// down. It hurts where many goroutines run such a loop.
//
// afterfunc-field: the timer of a time.AfterFunc of ten seconds or more is kept in
// such a field, and nothing in the package stops it. It holds the object until it
// fires and then works on what was closed, on every version of Go.
//
// afterfunc-guard: the result of time.AfterFunc is thrown away, and the timer
// limits how long the following steps may take: it closes or cancels what they
// use. It holds that until it fires, on every version of Go, and then cuts short
// what was done long ago.
//
// # What is not reported
//
// A time.AfterFunc whose result is thrown away is otherwise left alone, also where its
// function belongs to an object that can be closed: most of these look first whether
// there is anything left to do, or are there to do it after the end.
//
// A plain <-time.After(d), or a select in which it is the only case, is a sleep
// and leaves nothing behind. A time.After before a loop is a deadline for all of
// it: one timer. Durations below 100 milliseconds keep too few timers to matter.
// A function that cannot return needs its ticker for ever. The function main,
// and what it alone calls once, end with the process. Tests end with theirs.
//
// The rule is silent where it cannot follow: a timer that is returned, sent,
// stored in a map, an exported field or a package variable, or given to a
// function of another package or to an interface's method. It follows timers
// into closures and functions of the package. It takes a channel of type
// struct{} whose name speaks of an end (done, quit, closed and the like) and
// ctx.Done() for signals that come once, and a duration in a package variable
// that nothing sets but its declaration for a constant.
//
// A method After or Tick of any type, from time.Duration to <-chan time.Time, is
// taken for a clock's, as are the known methods of some clocks that wrap package
// time; only a function of package time itself comes with a fix.
//
// # The fix
//
// The timer is made before the select, and the cases that win without it stop
// it. One timer for all turns, reset at each, saves an allocation, but is hard
// to get right before Go 1.23, when a value from before a Reset can be received
// after it. A fresh timer has no past. Tickers are stopped by a defer.
//
// Wrong:
//
//	func consume(events <-chan string, handle func(string), houseKeeping func()) {
//		for {
//			select {
//			case event := <-events:
//				handle(event)
//			case <-time.After(time.Minute):
//				houseKeeping()
//			}
//		}
//	}
//
// Right:
//
//	func consume(events <-chan string, handle func(string), houseKeeping func()) {
//		for {
//			timer := time.NewTimer(time.Minute)
//			select {
//			case event := <-events:
//				timer.Stop()
//				handle(event)
//			case <-timer.C:
//				houseKeeping()
//			}
//		}
//	}
//
// If the housekeeping is to be done each minute, and not after a minute of
// quiet, a ticker says so, and costs nothing per event:
//
// Right:
//
//	func consume(events <-chan string, handle func(string), houseKeeping func()) {
//		ticker := time.NewTicker(time.Minute)
//		defer ticker.Stop()
//		for {
//			select {
//			case event := <-events:
//				handle(event)
//			case <-ticker.C:
//				houseKeeping()
//			}
//		}
//	}
//
// A ticker that nothing stops:
//
// Wrong:
//
//	func reload(ctx context.Context, load func()) {
//		ticker := time.NewTicker(time.Minute)
//		for {
//			select {
//			case <-ticker.C:
//				load()
//			case <-ctx.Done():
//				return
//			}
//		}
//	}
//
// Right:
//
//	func reload(ctx context.Context, load func()) {
//		ticker := time.NewTicker(time.Minute)
//		defer ticker.Stop()
//		for {
//			select {
//			case <-ticker.C:
//				load()
//			case <-ctx.Done():
//				return
//			}
//		}
//	}
//
// A time limit that outlives what it limits:
//
// Wrong:
//
//	func shake(conn net.Conn, limit time.Duration, handshake func(net.Conn) error) error {
//		time.AfterFunc(limit, func() { conn.Close() })
//		return handshake(conn)
//	}
//
// Right:
//
//	func shake(conn net.Conn, limit time.Duration, handshake func(net.Conn) error) error {
//		timer := time.AfterFunc(limit, func() { conn.Close() })
//		defer timer.Stop()
//		return handshake(conn)
//	}
package timerleak
