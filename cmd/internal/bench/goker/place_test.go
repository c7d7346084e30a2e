package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const program = `package main

func f(c, d chan int, g func(int)) {
	go func() {
		go func() {
			c <- 1
		}()
	}()
	select {
	case c <- 1:
	case v := <-d:
		g(v)
	default:
	}
	g(
		<-c,
	)
}
`

func writeProgram(t *testing.T) *source {
	t.Helper()
	name := filepath.Join(t.TempDir(), "f.go")
	if err := os.WriteFile(name, []byte(program), 0o666); err != nil {
		t.Fatal(err)
	}
	src, err := parseSource(name)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestGoLineIsThatOfTheInnermostGoStatement(t *testing.T) {
	src := writeProgram(t)
	for line, want := range map[int]int{4: 4, 5: 5, 7: 5, 8: 4} {
		if got, err := src.goLine(line); got != want || err != nil {
			t.Errorf("goLine(%d) = %d, %v; want %d", line, got, err, want)
		}
	}
	if got, err := src.goLine(10); err == nil {
		t.Errorf("goLine(10) = %d, want an error: no go statement is there", got)
	}
}

func TestBlockedLinesAreThoseOfTheOperation(t *testing.T) {
	src := writeProgram(t)
	for _, test := range []struct {
		name string
		line int
		want []int
	}{
		{"a send is itself", 6, []int{6}},
		{"a select is any of its communications", 9, []int{9, 10, 11}},
		{"a call is where it begins", 17, []int{15, 17}},
	} {
		if got := src.blockedLines(test.line); !slices.Equal(got, test.want) {
			t.Errorf("%s: blockedLines(%d) = %v, want %v", test.name, test.line, got, test.want)
		}
	}
}
