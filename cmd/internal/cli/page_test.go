package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const page = `A rule about things that are forgotten.

## What is reported

  - lost: a thing that nobody has any more, after the last one who had it went away
  - **stale**: a thing of yesterday.

` + "```go\nfunc aVeryLongLineOfCodeThatStaysAsItIs() { forget(things, andMoreThings, andYetMore) }\n```\n"

func TestWrap(t *testing.T) {
	want := `A rule about things that are
forgotten.

## What is reported

  - lost: a thing that nobody
    has any more, after the last
    one who had it went away
  - **stale**: a thing of
    yesterday.

` + "```go\nfunc aVeryLongLineOfCodeThatStaysAsItIs() { forget(things, andMoreThings, andYetMore) }\n```\n"
	if diff := cmp.Diff(want, wrap(page, 32)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(page, wrap(page, 0)); diff != "" {
		t.Errorf("without a width: %s", diff)
	}
}

func TestKindSection(t *testing.T) {
	for kind, want := range map[string]string{
		"lost":  "a thing that nobody has any more, after the last one who had it went away",
		"stale": "a thing of yesterday.",
		"gone":  "",
	} {
		if got := kindSection(page, kind); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}
