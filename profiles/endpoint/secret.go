package endpoint

import "fmt"

// A Secret is a text that no formatting or encoding shows. A conversion to string
// does.
type Secret string

// hidden is what is shown instead of a secret.
const hidden = "[hidden]"

// Format writes a placeholder, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

// MarshalText returns a placeholder, for JSON and package log/slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
