package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/gomend/gomend/profiles/leaktest"
)

// output is what "go test" prints.
const output = `ok  	example.com/a	0.010s
?   	example.com/none	[no test files]
--- FAIL: TestOne (0.00s)
    --- FAIL: TestOne/b (0.00s)
        a_test.go:3: bad
--- FAIL: TestTwo (0.00s)
FAIL
FAIL	example.com/b	0.017s
FAIL	example.com/c [build failed]
ok  	example.com/d	(cached)
FAIL
`

func TestReadEnds(t *testing.T) {
	got := make(map[string]end)
	if err := readEnds(strings.NewReader(output), got); err != nil {
		t.Fatal(err)
	}
	want := map[string]end{
		"example.com/a": {outcome: leaktest.Passed},
		"example.com/b": {outcome: leaktest.Failed, failed: []string{"TestOne/b", "TestTwo"}},
		"example.com/c": {outcome: leaktest.Unbuilt},
		"example.com/d": {outcome: leaktest.Passed},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
