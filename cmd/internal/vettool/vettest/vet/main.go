// Vet is the vet tool of the tests.
package main

import "github.com/gomend/gomend/cmd/internal/vettool/vettest"

func main() { vettest.Main() }
