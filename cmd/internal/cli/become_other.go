//go:build !unix

package cli

import "errors"

// become can't make this process another program.
func become(string, []string, []string) error { return errors.ErrUnsupported }
