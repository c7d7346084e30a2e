//go:build unix

package cli

import "syscall"

// become makes this process another program. It only returns if that fails.
func become(program string, args, environ []string) error {
	return syscall.Exec(program, append([]string{program}, args...), environ)
}
