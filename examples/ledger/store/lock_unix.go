// +build !windows

package store

import (
	"io/ioutil"
	"os"
	"strconv"
)

// Lock writes who works in a folder.
func Lock(dir string) error {
	return ioutil.WriteFile(dir+"/.lock", []byte(strconv.Itoa(os.Getpid())), 0o600)
}
