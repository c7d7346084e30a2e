// Code generated from doc.go by go generate; DO NOT EDIT.

package timerleak

const page = "Package timerleak reports timers and tickers that are left behind and pile up.\n" +
	"\n" +
	"## The incident\n" +
	"\n" +
	"A goroutine takes events from a channel, in a loop that lives as long as the service. Its select also has a case \\<-time.After(time.Minute), to do some housekeeping when nothing comes. Under load an event comes every 100 microseconds. The minute never passes, but each turn has started a timer for it: 600,000 of them are pending at any time, 150 MB, and each turn has to place one more among them. The service grows with its load, no goroutine is to blame, and a heap profile shows time.NewTimer. Consumers of nats-server had this loop (pull request 4756); the producer of sarama, whose every flush dropped a running timer, had another form of it (2355).\n" +
	"\n" +
	"## What it costs\n" +
	"\n" +
	"Before Go 1.23 the runtime holds a timer until it fires or is stopped, and a ticker until it is stopped, whether or not anything else still refers to it. 500,000 pending timers of an hour hold 127 MiB (measured with Go 1.26 and the line \"go 1.22\" in go.mod; nothing with \"go 1.23\"). Starting and firing them costs processor time that grows with their number. A ticker that is never stopped costs a wake-up per period for as long as the process lives.\n" +
	"\n" +
	"## When it applies\n" +
	"\n" +
	"Since Go 1.23 the garbage collector takes timers and tickers that nothing refers to. What counts is not the toolchain but the go line of the module that holds the main package, or the GODEBUG setting asynctimerchan, which a godebug line of go.mod or go.work, a //go:debug line or the environment can set. A library of \"go 1.22\" is safe in a program of \"go 1.23\". Go 1.27 drops the setting: what is built with it has the new timers, whatever its go line says.\n" +
	"\n" +
	"One package does not tell which programs ship it. Under go vet the rule goes by the //go:debug lines of a main package and by the module's own go line, which is the oldest that a program using it can have had when it was written. The gomend command looks at each main package. With -timerleak.timers=both everything is reported, and whoever reads it decides.\n" +
	"\n" +
	"## What is reported\n" +
	"\n" +
	"after-in-loop: time.After in a loop without an evident bound, where another case of the select can win and lead to the next turn, for a duration of five seconds or more, or one that is not known.\n" +
	"\n" +
	"timer-in-loop: the same with time.NewTimer, on a turn that ends without Stop. A deferred Stop does not help a loop: it waits for the function to return.\n" +
	"\n" +
	"after-dropped: a variable or an unexported field keeps the channel of a time.After, and is overwritten while the timer runs: by the next time.After, or with nil when the work is done sooner.\n" +
	"\n" +
	"tick-in-loop: a ticker, or a time.Tick, started at each turn of a loop and not stopped before the next.\n" +
	"\n" +
	"tick: time.Tick in a function that returns. Nobody can stop its ticker.\n" +
	"\n" +
	"ticker-not-stopped: a function that returns, on some path, without having stopped the ticker that it started.\n" +
	"\n" +
	"ticker-field: a ticker in an unexported field of a type that has a method such as Close or Stop, and nothing in the package stops the ticker.\n" +
	"\n" +
	"after-per-call: a function leaves a timer behind and is called in an unbounded loop of the package, or is an HTTP handler.\n" +
	"\n" +
	"short-after: as after-in-loop and its like, for less than five seconds. It takes thousands of turns a second to notice.\n" +
	"\n" +
	"after-outlives: a loop leaves a timer of ten seconds or more behind when it ends, or few because it is bounded, or because a wait of its own slows it down. It hurts where many goroutines run such a loop.\n" +
	"\n" +
	"afterfunc-field: the timer of a time.AfterFunc of ten seconds or more is kept in such a field, and nothing in the package stops it. It holds the object until it fires and then works on what was closed, on every version of Go.\n" +
	"\n" +
	"afterfunc-guard: the result of time.AfterFunc is thrown away, and the timer limits how long the following steps may take: it closes or cancels what they use. It holds that until it fires, on every version of Go, and then cuts short what was done long ago.\n" +
	"\n" +
	"## What is not reported\n" +
	"\n" +
	"A time.AfterFunc whose result is thrown away is otherwise left alone, also where its function belongs to an object that can be closed: most of these look first whether there is anything left to do, or are there to do it after the end.\n" +
	"\n" +
	"A plain \\<-time.After(d), or a select in which it is the only case, is a sleep and leaves nothing behind. A time.After before a loop is a deadline for all of it: one timer. Durations below 100 milliseconds keep too few timers to matter. A function that cannot return needs its ticker for ever. The function main, and what it alone calls once, end with the process. Tests end with theirs.\n" +
	"\n" +
	"The rule is silent where it cannot follow: a timer that is returned, sent, stored in a map, an exported field or a package variable, or given to a function of another package or to an interface's method. It follows timers into closures and functions of the package. It takes a channel of type struct{} whose name speaks of an end (done, quit, closed and the like) and ctx.Done() for signals that come once, and a duration in a package variable that nothing sets but its declaration for a constant.\n" +
	"\n" +
	"A method After or Tick of any type, from time.Duration to \\<-chan time.Time, is taken for a clock's, as are the known methods of some clocks that wrap package time; only a function of package time itself comes with a fix.\n" +
	"\n" +
	"## The fix\n" +
	"\n" +
	"The timer is made before the select, and the cases that win without it stop it. One timer for all turns, reset at each, saves an allocation, but is hard to get right before Go 1.23, when a value from before a Reset can be received after it. A fresh timer has no past. Tickers are stopped by a defer.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"func consume(events <-chan string, handle func(string), houseKeeping func()) {\n" +
	"\tfor {\n" +
	"\t\tselect {\n" +
	"\t\tcase event := <-events:\n" +
	"\t\t\thandle(event)\n" +
	"\t\tcase <-time.After(time.Minute):\n" +
	"\t\t\thouseKeeping()\n" +
	"\t\t}\n" +
	"\t}\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"func consume(events <-chan string, handle func(string), houseKeeping func()) {\n" +
	"\tfor {\n" +
	"\t\ttimer := time.NewTimer(time.Minute)\n" +
	"\t\tselect {\n" +
	"\t\tcase event := <-events:\n" +
	"\t\t\ttimer.Stop()\n" +
	"\t\t\thandle(event)\n" +
	"\t\tcase <-timer.C:\n" +
	"\t\t\thouseKeeping()\n" +
	"\t\t}\n" +
	"\t}\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"If the housekeeping is to be done each minute, and not after a minute of quiet, a ticker says so, and costs nothing per event:\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"func consume(events <-chan string, handle func(string), houseKeeping func()) {\n" +
	"\tticker := time.NewTicker(time.Minute)\n" +
	"\tdefer ticker.Stop()\n" +
	"\tfor {\n" +
	"\t\tselect {\n" +
	"\t\tcase event := <-events:\n" +
	"\t\t\thandle(event)\n" +
	"\t\tcase <-ticker.C:\n" +
	"\t\t\thouseKeeping()\n" +
	"\t\t}\n" +
	"\t}\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"A ticker that nothing stops:\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"func reload(ctx context.Context, load func()) {\n" +
	"\tticker := time.NewTicker(time.Minute)\n" +
	"\tfor {\n" +
	"\t\tselect {\n" +
	"\t\tcase <-ticker.C:\n" +
	"\t\t\tload()\n" +
	"\t\tcase <-ctx.Done():\n" +
	"\t\t\treturn\n" +
	"\t\t}\n" +
	"\t}\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"func reload(ctx context.Context, load func()) {\n" +
	"\tticker := time.NewTicker(time.Minute)\n" +
	"\tdefer ticker.Stop()\n" +
	"\tfor {\n" +
	"\t\tselect {\n" +
	"\t\tcase <-ticker.C:\n" +
	"\t\t\tload()\n" +
	"\t\tcase <-ctx.Done():\n" +
	"\t\t\treturn\n" +
	"\t\t}\n" +
	"\t}\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"A time limit that outlives what it limits:\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"func shake(conn net.Conn, limit time.Duration, handshake func(net.Conn) error) error {\n" +
	"\ttime.AfterFunc(limit, func() { conn.Close() })\n" +
	"\treturn handshake(conn)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"func shake(conn net.Conn, limit time.Duration, handshake func(net.Conn) error) error {\n" +
	"\ttimer := time.AfterFunc(limit, func() { conn.Close() })\n" +
	"\tdefer timer.Stop()\n" +
	"\treturn handshake(conn)\n" +
	"}\n" +
	"```\n"
