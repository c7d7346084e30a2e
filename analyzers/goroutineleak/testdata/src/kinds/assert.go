package kinds

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gotest.tools/v3/assert"
)

func query(found chan struct{}) error {
	if err := check(); err != nil {
		return err
	}
	close(found)
	return nil
}

func check() error { return nil }

// The query fails only if the test does.
func asserted(t *testing.T) {
	found := make(chan struct{})
	go func() { <-found }() // want `waiting to receive`
	err := query(found)
	require.NoError(t, err)
}

// Nobody asks whether the query succeeds.
func unasserted(t *testing.T) {
	found := make(chan struct{})
	go func() { <-found }() // want `waiting to receive`
	if query(found) != nil {
		println("not found")
	}
}

// So with gotest.tools.
func nilError(t *testing.T) {
	found := make(chan struct{})
	go func() { <-found }() // want `waiting to receive`
	err := query(found)
	assert.NilError(t, err)
}
