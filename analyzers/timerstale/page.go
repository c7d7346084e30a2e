// Code generated from doc.go by go generate; DO NOT EDIT.

package timerstale

const page = "Package timerstale reports waits for timers that block for ever or never fire, and what the timers of Go 1.23 make needless.\n" +
	"\n" +
	"## The incident\n" +
	"\n" +
	"A worker stops its timer before it uses it again, and drains the channel as the documentation used to ask: if !t.Stop() { \\<-t.C }. One day the select above it received the timer's value itself. Stop then reports false, because the timer is over, and the receive waits for a value that was already taken: the worker hangs, with every lock it holds. Or a start-up check polls each 100 milliseconds beside a case \\<-time.After(timeout) and waits for a service for ever, because each poll starts the timeout anew (CoreDNS shipped this one, pull request 5361).\n" +
	"\n" +
	"## What it costs\n" +
	"\n" +
	"Both are goroutines that hang in the case that the timer was there for. They pass their tests, because there the other case wins. The drains that Go 1.23 has made needless cost nothing until somebody copies one to a place where it blocks.\n" +
	"\n" +
	"## When it applies\n" +
	"\n" +
	"Before Go 1.23 the channel of a timer has a buffer, in which a value from before a Stop or Reset can wait. Since Go 1.23 it has none: after Stop or Reset no value from before is received, and Stop reports true, and takes the value back, if the timer has fired but nobody has received from it. What counts is the go line of the module that holds the main package, or the GODEBUG setting asynctimerchan; see the page of timerleak. The kinds that depend on it are reported where the module's own go line is 1.23 or later. The others hold on every version.\n" +
	"\n" +
	"## What is reported\n" +
	"\n" +
	"On every version:\n" +
	"\n" +
	"nil-channel: a receive from the C of a timer that time.AfterFunc has made. It is nil, so the receive blocks for ever. A select with a default case only tries it and is not reported.\n" +
	"\n" +
	"drain-twice: a receive from a timer's channel after its value was received, with no Reset in between: on every way to the receive, or so that every way from where the value was received leads there. A path between the two is not enough, since what a program knows may decide that the timer runs where it is drained.\n" +
	"\n" +
	"drain-inverted: if t.Stop() { \\<-t.C }. Stop reports true if it has stopped the timer, and then no value comes.\n" +
	"\n" +
	"never-fires: a case \\<-time.After(d) beside a default case, which does not wait for it; or a timeout that each turn of a loop starts anew, by time.After or Reset, beside a ticker or timer whose period is shorter. The time that is left until a deadline, as time.Until tells it, is started anew rightly.\n" +
	"\n" +
	"idle-reset: a time.After in an unbounded loop that each event starts anew, where the loop waits for one event among others, so that the timeout ought to limit the whole wait; or where its case does something from time to time, which a busy loop then never does. That events put a wait off is the very point of an idle timeout, and the code alone does not tell: the rule is silent where a name speaks of one (idle, inactive, debounce, flush, heartbeat and such) and in tests, and the confidence is low.\n" +
	"\n" +
	"With the timers of Go 1.23:\n" +
	"\n" +
	"drain-blocks: t.Stop() and \\<-t.C right after it.\n" +
	"\n" +
	"needless-drain: a receive from t.C if t.Stop() reports false, a select that drains t.C without waiting after Stop or before Reset. The fix removes it; it keeps its hands off where the condition asks for more.\n" +
	"\n" +
	"len-cap: len(t.C) or cap(t.C), which is always zero.\n" +
	"\n" +
	"## What is not reported\n" +
	"\n" +
	"A drain that is not written in one of these forms, and one by a function that gets the timer as an argument from another package. A timer that other functions can reset, because it is stored somewhere or given to them, is not said to be drained twice. Whether a duration that is not a constant is longer than a ticker's period is not known, so it is not said never to fire.\n" +
	"\n" +
	"## The fix\n" +
	"\n" +
	"It is right if no program that ships the code sets asynctimerchan=1, which brings the old timers back until Go 1.27. Under go vet that is supposed; the gomend command looks at each main package.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"func wait(t *time.Timer, events <-chan string) {\n" +
	"\tselect {\n" +
	"\tcase <-events:\n" +
	"\tcase <-t.C:\n" +
	"\t}\n" +
	"\tif !t.Stop() {\n" +
	"\t\t<-t.C\n" +
	"\t}\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"func wait(t *time.Timer, events <-chan string) {\n" +
	"\tselect {\n" +
	"\tcase <-events:\n" +
	"\t\tt.Stop()\n" +
	"\tcase <-t.C:\n" +
	"\t}\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"A timeout that never fires:\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"func awaitSync(synced func() bool) error {\n" +
	"\tpoll := time.NewTicker(100 * time.Millisecond)\n" +
	"\tdefer poll.Stop()\n" +
	"\tfor {\n" +
	"\t\tselect {\n" +
	"\t\tcase <-poll.C:\n" +
	"\t\t\tif synced() {\n" +
	"\t\t\t\treturn nil\n" +
	"\t\t\t}\n" +
	"\t\tcase <-time.After(5 * time.Second):\n" +
	"\t\t\treturn errors.New(\"timeout\")\n" +
	"\t\t}\n" +
	"\t}\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"func awaitSync(synced func() bool) error {\n" +
	"\tpoll := time.NewTicker(100 * time.Millisecond)\n" +
	"\tdefer poll.Stop()\n" +
	"\ttimeout := time.After(5 * time.Second)\n" +
	"\tfor {\n" +
	"\t\tselect {\n" +
	"\t\tcase <-poll.C:\n" +
	"\t\t\tif synced() {\n" +
	"\t\t\t\treturn nil\n" +
	"\t\t\t}\n" +
	"\t\tcase <-timeout:\n" +
	"\t\t\treturn errors.New(\"timeout\")\n" +
	"\t\t}\n" +
	"\t}\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"A drain that Go 1.23 has made needless:\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"func again(t *time.Timer, d time.Duration) {\n" +
	"\tif !t.Stop() {\n" +
	"\t\tselect {\n" +
	"\t\tcase <-t.C:\n" +
	"\t\tdefault:\n" +
	"\t\t}\n" +
	"\t}\n" +
	"\tt.Reset(d)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"func again(t *time.Timer, d time.Duration) {\n" +
	"\tt.Reset(d)\n" +
	"}\n" +
	"```\n"
