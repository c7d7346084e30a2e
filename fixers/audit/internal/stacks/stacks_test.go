package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomend/gomend/fixers/audit/internal/stacks"
)

// printed is a stack as internal/bisect prints it.
func printed(id string, frames ...string) string {
	var b strings.Builder
	for _, f := range frames {
		function, place, _ := strings.Cut(f, " ")
		fmt.Fprintf(&b, "[bisect-match %s]%s()\n[bisect-match %s]\t%s\n", id, function, id, place)
	}
	return b.String() + "[bisect-match " + id + "]\n"
}

func text(all []stacks.Stack) string {
	var lines []string
	for _, s := range all {
		var frames []string
		for _, f := range s.Frames {
			frames = append(frames, fmt.Sprintf("%s %s:%d", f.Func, f.File, f.Line))
		}
		lines = append(lines, fmt.Sprintf("%x: %s", s.ID, strings.Join(frames, ", ")))
	}
	return strings.Join(lines, "\n")
}

func TestParser(t *testing.T) {
	one := printed("0x1", "net/url.parse /go/url.go:7", "shop.host /shop/shop.go:9")
	two := printed("0x2", "math/rand.Seed /go/rand.go:3")
	lines := func(s string) []string { return strings.SplitAfter(s, "\n") }
	a, b := lines(one), lines(two)
	for _, test := range []struct {
		name, output, want string
	}{
		{"nothing", "ok\n", ""},
		{"one", one, "1: net/url.parse /go/url.go:7, shop.host /shop/shop.go:9"},
		{"two", one + "=== RUN TestX\n" + two, "1: net/url.parse /go/url.go:7, shop.host /shop/shop.go:9\n2: math/rand.Seed /go/rand.go:3"},
		{"two at once", a[0] + b[0] + a[1] + b[1] + a[2] + b[2] + a[3] + a[4], "2: math/rand.Seed /go/rand.go:3\n1: net/url.parse /go/url.go:7, shop.host /shop/shop.go:9"},
		{"after a line without an end", "PASS" + one, "1: net/url.parse /go/url.go:7, shop.host /shop/shop.go:9"},
		{"with a line of a test between", a[0] + a[1] + "--- PASS: TestX\n" + a[2] + a[3] + a[4], "1: net/url.parse /go/url.go:7, shop.host /shop/shop.go:9"},
		{"cut off", a[0] + a[1] + a[2], ""},
		{"no number", strings.ReplaceAll(one, "0x1", "0xg"), ""},
		{"no line", strings.ReplaceAll(two, ":3", ""), "2: math/rand.Seed :0"},
		{"of Windows", strings.ReplaceAll(printed("0x3", `f C:\shop\shop.go:9`), "\n", "\r\n"), `3: f C:\shop\shop.go:9`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var whole, bytewise stacks.Parser
			if got := text(whole.Write(test.output)); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			var all []stacks.Stack
			for i := range len(test.output) {
				all = append(all, bytewise.Write(test.output[i:i+1])...)
			}
			if got := text(all); got != test.want {
				t.Errorf("byte by byte: got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func FuzzParser(f *testing.F) {
	f.Add(printed("0x1", "net/url.parse /go/url.go:7", "shop.host /shop/shop.go:9"), 10)
	f.Add("[bisect-match 0x1]\n[bisect-match 0x1]\t\n[bisect-match ", 3)
	f.Fuzz(func(t *testing.T, output string, cut int) {
		var whole, parts stacks.Parser
		want := text(whole.Write(output))
		if cut < 0 || cut > len(output) || len(output) > 1000 {
			return
		}
		all := parts.Write(output[:cut])
		if got := text(append(all, parts.Write(output[cut:])...)); got != want {
			t.Errorf("in two parts: got\n%s\nwant\n%s", got, want)
		}
		for _, s := range all {
			if len(s.Frames) == 0 {
				t.Error("a stack without calls")
			}
		}
	})
}
