// Package store finds the files that banks have written.
package store

import (
	"io/ioutil"
	"os"
	"path/filepath"
	"strings"
)

// Statements returns the names of the statements in a folder and those below it.
func Statements(dir string) ([]string, error) {
	var names []string
	err := filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		if !info.IsDir() && strings.HasSuffix(info.Name(), ".txt") {
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// Banks returns the folders in a folder: each bank has one.
func Banks(dir string) ([]string, error) {
	entries, err := ioutil.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var banks []string
	for _, e := range entries {
		if e.IsDir() {
			banks = append(banks, e.Name())
		}
	}
	return banks, nil
}

// Large returns the names of the files in a folder that are larger than a limit.
func Large(dir string, limit int64) ([]string, error) {
	entries, err := ioutil.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var large []string
	for _, e := range entries {
		if e.Size() > limit {
			large = append(large, e.Name())
		}
	}
	return large, nil
}
