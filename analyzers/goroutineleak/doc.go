// Package goroutineleak finds goroutines that can block for ever.
//
// # The incident
//
// A handler starts a goroutine that computes an answer and sends it on an
// unbuffered channel; the handler waits for the answer or for its timeout. Each
// request that times out leaves a goroutine behind that will try to send for as
// long as the process lives, with all that it holds: its stack, the request, a
// connection. The service works, grows by a few kilobytes a timeout, and is
// killed for its memory some days later, when the load that made the timeouts
// is long gone.
//
// # How it looks
//
// The rule runs each function that makes a channel, a context, a wait group or
// a condition variable on an abstract machine, with the goroutines that it
// starts and the functions of the package that it calls, in every order of
// their operations. A goroutine is lost when it is blocked and nothing that can
// still run can reach what it waits for: the criterion by which the runtime's
// goroutine leak profile finds them in a process (Go 1.26 as an experiment, Go
// 1.27 as a standard). The report stands at the statement that starts the
// goroutine and leads to the operation that blocks, to where the channel was
// made, and to the step by which the other side went away. Where that statement
// starts whatever function it is given, the report stands at the operation.
//
// # What is reported
//
//   - abandoned-send: a send whose receiver can have gone: it returned early, or
//     a select took its timeout, or more is sent than the buffer and the
//     receivers take.
//   - abandoned-receive: a receive from a channel on which nobody is left to
//     send and which nobody is left to close.
//   - unclosed-range: a range over a channel that is never closed.
//   - abandoned-select: a select none of whose cases can happen any more. Reported
//     with medium confidence: the more cases, the more often one of them comes after
//     all.
//   - uncancelled: a wait for the end of a context that nobody is left to cancel.
//   - waitgroup: a wait for a group that cannot reach zero, because a Done is
//     missing on a path or more was added than is done.
//   - unsignalled: a wait for a condition that nobody signals.
//   - endless: an empty select, or an operation on a nil channel, in a goroutine
//     that others wait for.
//   - stuck: the function itself waits for ever: nobody can serve it, or an error
//     takes the goroutine away that should have. Reported with medium confidence: it
//     hangs where it is looked at first, and so is mostly cured by what is not seen.
//   - stopped-ticker: a range over a ticker's channel in a goroutine, without
//     another way out, where another function stops the ticker. Stop does not
//     close the channel: the loop waits for a tick that never comes.
//   - endless-ticker: the same where nobody stops the ticker, in a goroutine that
//     belongs to something with a Close, Stop or Shutdown. Reported with medium
//     confidence.
//   - unended-call: a call, in a goroutine that was started, of a function of which
//     gomend.yaml says by ends-with-context that it returns soon after the context
//     that it is given is done, where nobody is left to cancel that context. It may
//     return sooner for reasons of its own: reported with medium confidence.
//   - unwatched-call: a call of a function of which gomend.yaml says by blocks that
//     it may block for ever, in a function that a goroutine runs and that has a
//     context, as a parameter or a variable captured, which the call is not passed.
//     Reported with low confidence: something else may end the wait.
//   - abandoned-reply: a channel without room that is put into a request for its
//     answer, where who asks waits in a select that a timer or a context can end,
//     and each send of the answer in the package waits for the receiver. The
//     goroutine that answers blocks, and with it all who ask after. Reported with
//     medium confidence.
//   - failed-test: the same as any of these where a test has failed or was ended
//     by a call such as t.Fatal. Reported with low confidence: the process is
//     about to end.
//   - state-dependent: the same on a path that takes a branch on state which the
//     program keeps itself, as a variable or an atomic flag, after what is waited for
//     was made, so that the path may be one that never happens. Reported with low
//     confidence, and only of a goroutine that was started and ends on no other
//     path: where it ends on one, the state is taken to be there for that.
//   - proven: goroutines that a test left behind and of which the garbage collector
//     found that nothing that still runs can reach what they wait for. The analysis
//     does not report these: "gomend leaks test" does, which runs the tests.
//   - growing: goroutines of which each of several rounds of the same tests leaves
//     more, whatever they wait for. Only "gomend leaks test --growth" reports these,
//     with medium confidence: they may end later by themselves, as an idle connection
//     does.
//
// # What is not reported, and why
//
// What the rule does not see, it takes to cooperate. A channel that came as a
// parameter, was read from a variable of the package, or was given to code of
// another package always has somebody at its other end; a context that was given is
// cancelled some day; a timer fires. A function literal that is given away gives
// away no more of a channel than the literal does with it: one that only sends makes
// nobody receive. A call that ends with its context may end sooner: who waits for it
// is not lost, and who makes it in place means to wait. A channel whose capacity is
// a number that the package does not know has room, and so has one for more than
// twenty values. Loops over the same thing turn equally often, and a condition on
// the same unknown value has the same outcome twice. What a test requires with
// testify or gotest.tools holds. When the main function returns nothing leaks, nor
// when the process exits or panics. What is left behind by the action of a command
// that returns an error or an exit code, or by what only such actions call, once, is
// not reported: the process ends with it. An action is a function that a library for
// commands calls: it is given a *cobra.Command or something of urfave/cli, or is a
// method Run, Exec or Execute that is given strings and returns an int. Nor is what
// is left behind by a function of a package below a directory named cmd, itself not
// main, that returns an error. The same goes for what is called Run, Start, Init or
// Setup, or New and more, and returns an error: mostly the process ends with that,
// too. What only a test leads to, in a test file or in a package of helpers for
// tests, is not reported where the goroutine ends in other runs of that test or is
// one of the code under test: read on public code, most of these could not happen
// with what the tests do. A goroutine that waits only for one that is itself lost is
// not reported: it is mended with the other.
//
// Values are followed through variables, closures, struct fields of objects made
// in the function, small slices, interfaces and calls within the package; not
// through maps, not through other packages, and not for ever: a function with
// too many states is explored in part. What is waited for under a lock is the
// business of the rule deadlock.
//
// # Wrong and right
//
// Nobody receives after the timeout.
//
// Wrong:
//
//	func ask(ctx context.Context, question func() int) (int, error) {
//		answer := make(chan int)
//		go func() { answer <- question() }()
//		select {
//		case n := <-answer:
//			return n, nil
//		case <-ctx.Done():
//			return 0, ctx.Err()
//		}
//	}
//
// With room for the answer, the goroutine ends whether or not anybody waits.
//
// Right:
//
//	func ask(ctx context.Context, question func() int) (int, error) {
//		answer := make(chan int, 1)
//		go func() { answer <- question() }()
//		select {
//		case n := <-answer:
//			return n, nil
//		case <-ctx.Done():
//			return 0, ctx.Err()
//		}
//	}
//
// The first error ends the loop; the other workers are left sending.
//
// Wrong:
//
//	func all(jobs []func() error) error {
//		errs := make(chan error)
//		for _, job := range jobs {
//			go func() { errs <- job() }()
//		}
//		for range jobs {
//			if err := <-errs; err != nil {
//				return err
//			}
//		}
//		return nil
//	}
//
// Right:
//
//	func all(jobs []func() error) error {
//		errs := make(chan error, len(jobs))
//		for _, job := range jobs {
//			go func() { errs <- job() }()
//		}
//		for range jobs {
//			if err := <-errs; err != nil {
//				return err
//			}
//		}
//		return nil
//	}
package goroutineleak
