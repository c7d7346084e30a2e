package endpoint_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/pprof/profile"
)

// heapText is a heap of which one stack is not known and one has inlined calls.
var heapText = `heap profile: 2: 4000000 [3: 6000000] @ heap/2
1: 2000000 [2: 4000000] @ 0x10 0x20 0x30
#	0xf	main.(*List[go.shape.struct { A int }]).grow+0x1f			/src/my app/list.go:17
#	0x1f	main.(*List[go.shape.struct { A int }]).Add+0x2f	/src/my app/list.go:12
#	0x2f	main.main+0x3f						C:/src/main.go:3

1: 2000000 [1: 2000000] @ 0x40
#	0x40

`

// The names of a profile's text are read from between tabs, whatever is in them.
func TestText(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "heap.txt", []byte(heapText+memStatsText), 0)
	snap := readAll(t, dir)[0]
	if len(snap.Errors) > 0 || snap.Memory == nil {
		t.Fatal(snap.Errors)
	}
	want := []string{
		"[2 4000000 1 2000000] main.(*List[go.shape.struct { A int }]).grow /src/my app/list.go:17" +
			" main.(*List[go.shape.struct { A int }]).Add /src/my app/list.go:12 main.main C:/src/main.go:3",
		"[1 2000000 1 2000000] 0x40 :0",
	}
	if got := samples(snap.Heap); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// samples returns the values and calls of each sample.
func samples(p *profile.Profile) []string {
	var all []string
	for _, s := range p.Sample {
		text := fmt.Sprint(s.Value)
		for _, l := range s.Location {
			text += fmt.Sprintf(" %s %s:%d", l.Line[0].Function.Name, l.Line[0].Function.Filename, l.Line[0].Line)
		}
		all = append(all, text)
	}
	return all
}
