package goroutine_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/profiles/goroutine"
)

// dump is what the runtime of Go 1.26 prints.
const dump = `panic: test timed out after 3s
	running tests:
		TestStuck (3s)

goroutine 1 gp=0xc000002380 m=nil [running, locked to thread]:
main.main()
	/src/app/main.go:12 +0x71

goroutine 20 [chan send (leaked), 12 minutes]:
example.com/app/queue.(*Queue[...]).push(0xc0000a4000, {0x1, 0x2})
	/src/app/queue/queue.go:41 +0x1e
example.com/app/queue.Serve.func1.1(...)
	/src/app/queue/serve.go:17
created by example.com/app/queue.Serve in goroutine 7
	/src/app/queue/serve.go:16 +0xbc

goroutine 21 [select (no cases) (leaked) labels:{"gomend.test": "3", "a\"b": "c, d"}]:
...additional frames elided...
created by gopkg.in/yaml%2ev3.Start
	/src/go/pkg/mod/gopkg.in/yaml.v3/a.go:1
`

func parseAll(t *testing.T, text string) []*goroutine.Goroutine {
	t.Helper()
	var all []*goroutine.Goroutine
	for g, err := range goroutine.Parse(strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, g)
	}
	return all
}

func TestParse(t *testing.T) {
	want := []*goroutine.Goroutine{
		{ID: 1, State: "running", Stack: []goroutine.Frame{{Func: "main.main", File: "/src/app/main.go", Line: 12}}},
		{
			ID: 20, State: "chan send", Leaked: true, Waiting: 12 * time.Minute,
			Stack: []goroutine.Frame{
				{Func: "example.com/app/queue.(*Queue[...]).push", File: "/src/app/queue/queue.go", Line: 41},
				{Func: "example.com/app/queue.Serve.func1.1", File: "/src/app/queue/serve.go", Line: 17},
			},
			Created: goroutine.Frame{Func: "example.com/app/queue.Serve", File: "/src/app/queue/serve.go", Line: 16},
			Creator: 7,
		},
		{
			ID: 21, State: "select (no cases)", Leaked: true, Elided: true,
			Labels:  map[string]string{"gomend.test": "3", `a"b`: "c, d"},
			Created: goroutine.Frame{Func: "gopkg.in/yaml%2ev3.Start", File: "/src/go/pkg/mod/gopkg.in/yaml.v3/a.go", Line: 1},
		},
	}
	got := parseAll(t, dump)
	if len(got) != len(want) {
		t.Fatalf("got %d goroutines, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("got  %+v\nwant %+v", *got[i], *want[i])
		}
	}
}

// The runtime changed the first line with the releases.
func TestParseHeader(t *testing.T) {
	for _, test := range []struct {
		name, header string
		want         goroutine.Goroutine
	}{
		{"plain", "goroutine 5 [IO wait]:", goroutine.Goroutine{ID: 5, State: "IO wait"}},
		{
			"Go 1.27 with labels", "goroutine 5 [chan receive (leaked)] {gomend.test: 3, \"a b\": \"}\"}:",
			goroutine.Goroutine{ID: 5, State: "chan receive", Leaked: true, Labels: map[string]string{"gomend.test": "3", "a b": "}"}},
		},
		{"in a bubble", "goroutine 5 [chan receive (durable), synctest bubble 9]:", goroutine.Goroutine{ID: 5, State: "chan receive"}},
		{"being scanned", "goroutine 5 [select (scan), 3 minutes, locked to thread]:", goroutine.Goroutine{ID: 5, State: "select", Waiting: 3 * time.Minute}},
		{"of a crash", "goroutine 5 gp=0xc000002380 m=3 mp=0xc000100008 [syscall]:", goroutine.Goroutine{ID: 5, State: "syscall"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := parseAll(t, test.header+"\nmain.f()\n\t/a.go:1\n")
			test.want.Stack = []goroutine.Frame{{Func: "main.f", File: "/a.go", Line: 1}}
			if !reflect.DeepEqual(*got[0], test.want) {
				t.Errorf("got  %+v\nwant %+v", *got[0], test.want)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", "there is no goroutine in it"},
		{"foreign", "PK\x03\x04\n<html>\n", "there is no goroutine in it"},
		{"cut off", "goroutine 5 [select]:\nmain.f()\n", "line 2: the dump is cut off after main.f"},
		{"a call without place", "goroutine 5 [select]:\nmain.f()\nmain.g()\n", `line 3: "main.g()" is not the place of a call`},
		{"no call", "goroutine 5 [select]:\nhello\n", `line 2: "hello" is not a call`},
		{"a line that is no number", "goroutine 5 [select]:\nmain.f()\n\t/a.go:x\n", "line 3: "},
		{"an ID beyond all bounds", "goroutine 99999999999999999999 [select]:\n", "line 1: "},
		{"labels that are none", "goroutine 5 [select] {\"a}:\n", "line 1: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			var err error
			for _, e := range goroutine.Parse(strings.NewReader(test.text)) {
				err = e
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestBlocked(t *testing.T) {
	for _, test := range []struct{ name, stack, want string }{
		{"a lock", "internal/sync.(*Mutex).Lock(0x1)\n\t/go/mutex.go:1\nsync.(*Mutex).Lock(...)\n\t/go/mutex.go:2\napp.f()\n\t/a.go:3\n", "app.f"},
		{"a package named like one of the runtime", "example.com/sync.f()\n\t/a.go:3\n", "example.com/sync.f"},
		{"nothing but the runtime", "sync.(*Mutex).Lock(...)\n\t/go/mutex.go:2\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := parseAll(t, "goroutine 5 [select]:\n"+test.stack)[0]
			f, ok := g.Blocked()
			if f.Func != test.want || ok != (test.want != "") {
				t.Errorf("got %q, %t, want %q", f.Func, ok, test.want)
			}
		})
	}
}

func TestFramePackage(t *testing.T) {
	for fn, want := range map[string]string{
		"main.main":                              "main",
		"net/http.(*Server).Serve":               "net/http",
		"gopkg.in/yaml%2ev3.Unmarshal":           "gopkg.in/yaml.v3",
		"example.com/a/b.(*T[...]).m.func1":      "example.com/a/b",
		"example.com/a.F[example.com/c/d.T].f.1": "example.com/a",
	} {
		if got := (goroutine.Frame{Func: fn}).Package(); got != want {
			t.Errorf("package of %s: got %s, want %s", fn, got, want)
		}
	}
}

func TestIsDump(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"a crash", dump, true},
		{"Go 1.27, all with labels", "goroutine 5 [select] {a: b}:\r\nmain.f()\r\n\t/a.go:1\r\n", true},
		{"the text of a profile", "goroutine profile: total 3\n1 @ 0x1\n", false},
		{"a log", "goroutine stack exceeds 1000000000-byte limit\n", false},
		{"nothing", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := goroutine.IsDump([]byte(test.text)); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// Leaving the loop early must not read on.
func TestParseStops(t *testing.T) {
	for range goroutine.Parse(strings.NewReader(dump)) {
		break
	}
}

func FuzzParse(f *testing.F) {
	f.Add(dump)
	f.Add("goroutine 5 [chan receive (leaked)] {gomend.test: 3}:\nmain.f(...)\n\t/a.go:1 +0x1\n")
	f.Add("goroutine 5 [select]:\n...12 frames elided...\n\tgoroutine running on other thread; stack unavailable\n")
	f.Fuzz(func(t *testing.T, text string) {
		var syntax *goroutine.SyntaxError
		for g, err := range goroutine.Parse(strings.NewReader(text)) {
			if err != nil {
				if errors.As(err, &syntax) && syntax.Line < 1 {
					t.Errorf("an error without line: %v", err)
				}
				return
			}
			for _, frame := range g.Stack {
				if frame.File == "" || frame.Line < 0 {
					t.Errorf("a frame without place: %+v", frame)
				}
				frame.Package()
			}
			g.Blocked()
		}
	})
}
