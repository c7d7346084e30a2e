package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const profile = `goroutine 1 [running]:
main.main()
	/src/main.go:38 +0x133

goroutine 7 [sync.Mutex.Lock (leaked), 2 minutes]:
internal/sync.runtime_SemacquireMutex(0x48e81b?, 0xf8?, 0x200000040c5e5?)
	/go/src/runtime/sema.go:95 +0x25
sync.(*Mutex).Lock(...)
	/go/src/sync/mutex.go:46
main.(*Store).send(0x2effc4f28d08)
	/src/store.go:61 +0x3e
main.(*Store).tick(0x2effc4f28d08)
	/src/store.go:70 +0x7b
created by main.Run.func2 in goroutine 329
	/src/store.go:123 +0x1d8

goroutine 9 [chan receive]:
main.wait()
	/src/store.go:9 +0x1
created by main.main
	/src/store.go:8 +0x1

goroutine 8 [select (no cases) (leaked)]:
main.Run.func3()
	/src/store.go:130 +0x1
created by main.Run in goroutine 1
	/src/store.go:129 +0x1
`

func TestLeakedGoroutinesAreToldFromTheOthers(t *testing.T) {
	leaks, err := parseLeaks(profile)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []string
	for _, l := range leaks {
		reasons = append(reasons, l.Reason)
	}
	if diff := cmp.Diff([]string{"sync.Mutex.Lock", "select (no cases)"}, reasons); diff != "" {
		t.Error(diff)
	}
}

func TestLeakBlocksAtTheTopmostFrameInTheKernel(t *testing.T) {
	leaks, err := parseLeaks(profile)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := leaks[0].Blocked("store.go")
	if want := (Frame{Function: "(*Store).send", File: "store.go", Line: 61}); !ok || got != want {
		t.Errorf("blocked at %v, %t; want %v", got, ok, want)
	}
	if want := (Frame{Function: "Run.func2", File: "store.go", Line: 123}); leaks[0].Created != want {
		t.Errorf("created at %v, want %v", leaks[0].Created, want)
	}
	if got, ok := leaks[0].Blocked("other.go"); ok {
		t.Errorf("blocked at %v in a file that is not on the stack", got)
	}
}

func TestBrokenProfileIsAnError(t *testing.T) {
	for name, text := range map[string]string{
		"no creator":     "goroutine 7 [chan send (leaked)]:\nmain.f()\n\t/src/f.go:1 +0x1\n",
		"no position":    "goroutine 7 [chan send (leaked)]:\nmain.f()\n\tnowhere\ncreated by main.g\n\t/src/f.go:1 +0x1\n",
		"no line number": "goroutine 7 [chan send (leaked)]:\nmain.f()\n\t/src/f.go:x +0x1\ncreated by main.g\n\t/src/f.go:1 +0x1\n",
	} {
		if leaks, err := parseLeaks(text); err == nil {
			t.Errorf("%s: parsed as %v, want an error", name, leaks)
		}
	}
}
