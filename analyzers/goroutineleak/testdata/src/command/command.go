package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	serve()
}

// The process ends with the error.
func run(args []string) error {
	lines := make(chan string)
	go func() {
		for line := range lines {
			fmt.Println(line)
		}
	}()
	for _, arg := range args {
		if arg == "" {
			return errors.New("an empty argument")
		}
		lines <- arg
	}
	close(lines)
	return nil
}

// Nothing went wrong: the process goes on.
func serve() {
	done := make(chan bool)
	go func() { done <- true }() // want `waiting to send`
	fmt.Println("serving")
}

// The number is the exit code.
func fetch(ctx context.Context, load func() error) int {
	loaded := make(chan error)
	go func() { loaded <- load() }()
	select {
	case err := <-loaded:
		if err != nil {
			return 1
		}
		return 0
	case <-ctx.Done():
		return 1
	}
}
