package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const readme = `# GoKer

## Moby/7559

| Bug ID |  Ref | Patch | Type | Sub-type |
| ---- | ---- | ---- | ---- | ---- |
|[moby#7559]|[pull request]|[patch]| Resource | Double locking |

[moby#7559]:(moby7559_test.go)

### Description

Line 25 is missing a call.

## Cockroach/10214

| Bug ID |  Ref | Patch | Type | Sub-type |
| ---- | ---- | ---- | ---- | ---- |
|[cockroach#10214]|[pull request]|[patch]| Resource | AB-BA leak |
`

func TestReadmeNamesTheKernelsAndTheirTypes(t *testing.T) {
	got, err := parseReadme([]byte(readme))
	if err != nil {
		t.Fatal(err)
	}
	want := []Kernel{
		{Name: "cockroach10214", Type: "Resource", Subtype: "AB-BA deadlock"},
		{Name: "moby7559", Type: "Resource", Subtype: "Double locking"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBrokenReadmeIsAnError(t *testing.T) {
	for name, text := range map[string]string{
		"no kernel":      "# GoKer\n",
		"a cell is gone": strings.Replace(readme, "| Double locking |", "|", 1),
	} {
		if got, err := parseReadme([]byte(text)); err == nil {
			t.Errorf("%s: parsed as %v, want an error", name, got)
		}
	}
}

func TestSubtypesHaveOneSpelling(t *testing.T) {
	for from, want := range map[string]string{
		"Double Locking":               "Double locking",
		"AB-BA leak":                   "AB-BA deadlock",
		"AB-BA Deadlock":               "AB-BA deadlock",
		"RWR deadlock":                 "RWR deadlock",
		"Channel & WaitGroup":          "Channel & WaitGroup",
		"Misuse WaitGroup":             "Misuse WaitGroup",
		"Channel & Condition Variable": "Channel & condition variable",
	} {
		if got := subtype(from); got != want {
			t.Errorf("subtype(%q) = %q, want %q", from, got, want)
		}
	}
}

func TestEntryIsTheNameThatTheKernelRegisters(t *testing.T) {
	got, err := entryOf([]byte("func init() {\n\tregister(\"Moby25348\", Moby25348)\n}\n"))
	if got != "Moby25348" || err != nil {
		t.Errorf("entry = %q, %v; want Moby25348", got, err)
	}
	if got, err := entryOf([]byte("package main")); err == nil {
		t.Errorf("entry of an empty file = %q, want an error", got)
	}
}
