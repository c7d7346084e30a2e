package main

import "testing"

func TestRun(t *testing.T) {
	done := make(chan struct{})
	close(done)
	if run(done) == nil {
		t.Error("not done")
	}
}
