package ledger

import (
	"bytes"
	"strings"
	"testing"
)

func TestPost(t *testing.T) {
	var segment bytes.Buffer
	l := New(NewJournal(&segment))
	if err := l.Post(Entry{From: "clearing", To: "m-1", Amount: 300}); err != nil {
		t.Fatal(err)
	}
	if got := l.Balances(); got["m-1"] != 300 || got["clearing"] != -300 {
		t.Errorf("balances are %v", got)
	}
	if !strings.Contains(segment.String(), `"Amount":300`) {
		t.Errorf("the journal holds %q", segment.String())
	}
	if err := l.Post(Entry{From: "clearing", To: "m-1"}); err == nil {
		t.Error("an entry of nothing is booked")
	}
}

func TestRotateBeginsWithBalances(t *testing.T) {
	var first, second bytes.Buffer
	l := New(NewJournal(&first))
	if err := l.Post(Entry{From: "clearing", To: "m-1", Amount: 300}); err != nil {
		t.Fatal(err)
	}
	if err := l.Rotate(&second); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(second.String(), `"m-1":300`) {
		t.Errorf("the new segment begins with %q", second.String())
	}
}
