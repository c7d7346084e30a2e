// Package id makes names that nobody else has.
package id

import (
	"fmt"
	"math/rand"
)

// Random returns a name.
func Random() string { return fmt.Sprintf("%08x", rand.Uint32()) }
