package lines_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/lines"
)

const dump = `goroutine 1 [running]:
main.main()
	/build/src/shop/cmd/shop/main.go:9 +0x1

goroutine 7 [chan send]:
example.com/shop/queue.push(...)
	/build/src/shop/queue/queue.go:12
example.com/shop/queue.push(...)
	/build/src/shop/queue/queue.go:12
created by example.com/shop/queue.Serve in goroutine 1
	/build/src/shop/queue/queue.go:30 +0x1

goroutine 8 [chan send]:
example.com/shop/queue.push(...)
	/build/src/shop/queue/queue.go:12
created by example.com/shop/queue.Serve in goroutine 1
	/build/src/shop/queue/queue.go:30 +0x1
`

func read(t *testing.T, data string) *lines.Lines {
	t.Helper()
	l, err := lines.Read(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestDump(t *testing.T) {
	l := read(t, dump)
	two := []lines.Weight{{Metric: lines.Goroutines, Unit: "count", Value: 2, Share: 2. / 3}}
	one := []lines.Weight{{Metric: lines.Goroutines, Unit: "count", Value: 1, Share: 1. / 3}}
	for _, test := range []struct {
		name, pkg, file string
		line            int
		want            []lines.Weight
	}{
		{"a call that is in itself counts once", "example.com/shop/queue", "queue/queue.go", 12, two},
		{"where they were started", "example.com/shop/queue", "queue/queue.go", 30, two},
		{"a command, whose package is main", "example.com/shop/cmd/shop", "cmd/shop/main.go", 9, one},
		{"another command", "example.com/shop/cmd/admin", "cmd/admin/main.go", 9, nil},
		{"another line", "example.com/shop/queue", "queue/queue.go", 13, nil},
		{"another package with a file of that name", "example.com/shop/store/queue", "store/queue/queue.go", 12, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := l.At(test.pkg, test.file, test.line); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// pprofOf returns a profile with one sample of each value.
func pprofOf(t *testing.T, types []*profile.ValueType, values ...[]int64) string {
	t.Helper()
	fn := &profile.Function{ID: 1, Name: "example.com/shop/queue.(*Q).push", Filename: "example.com/shop@v1.0.0/queue/queue.go"}
	loc := &profile.Location{ID: 1, Line: []profile.Line{{Function: fn, Line: 12}}}
	other := &profile.Location{ID: 2, Line: []profile.Line{{Function: fn, Line: 99}}}
	p := &profile.Profile{SampleType: types, Function: []*profile.Function{fn}, Location: []*profile.Location{loc, other}}
	for i, v := range values {
		p.Sample = append(p.Sample, &profile.Sample{Value: v, Location: []*profile.Location{p.Location[i%2]}})
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestProfileAndMerge(t *testing.T) {
	cpu := []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}}
	heap := []*profile.ValueType{{Type: "inuse_objects", Unit: "count"}, {Type: "inuse_space", Unit: "bytes"}}
	l := read(t, pprofOf(t, cpu, []int64{1, 10}, []int64{1, 30}))
	l.Merge(read(t, pprofOf(t, heap, []int64{1, 400}, []int64{1, 100})))
	l.Merge(read(t, pprofOf(t, heap, []int64{1, 200}, []int64{1, 100})))
	want := []lines.Weight{
		{Metric: lines.InUse, Unit: "bytes", Value: 400, Share: 0.8},
		{Metric: lines.CPU, Unit: "nanoseconds", Value: 10, Share: 0.25},
	}
	if got := l.At("example.com/shop/queue", "queue/queue.go", 12); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(dump))
	f.Add([]byte("goroutine profile: total 1\n1 @ 0x1 0x2\n#\t0x1\tmain.f+0x1\t/a.go:1\n"))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := lines.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		l.Merge(l)
		for _, w := range l.At("main", "a.go", 1) {
			if w.Value <= 0 {
				t.Errorf("a weight of nothing: %+v", w)
			}
		}
	})
}
