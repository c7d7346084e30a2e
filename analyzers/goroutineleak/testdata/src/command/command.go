package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{}
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if err := load(args); err != nil {
			return err
		}
		serve(func(ctx context.Context) error { // many times
			answers := make(chan int)
			go func() { answers <- len(args) }() // want `waiting to send`
			select {
			case <-answers:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		again(args)
		return send(args)
	}
	if err := root.Execute(); err != nil {
		log.Fatal(err)
	}
}

var serve func(func(context.Context) error)

// The process ends with the error: only an action calls it, once.
func load(args []string) error {
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

// The number is the exit code.
type fetcher struct{ load func() error }

func (f fetcher) Run(ctx context.Context, args []string) int {
	loaded := make(chan error)
	go func() { loaded <- f.load() }()
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

// It is called again and again.
func again(args []string) {
	for range args {
		if err := retried(args); err == nil {
			return
		}
	}
}

func retried(args []string) error {
	lines := make(chan string)
	go func() { // want `waiting for the channel of its range loop to be closed`
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
func send(args []string) error {
	done := make(chan bool)
	go func() { done <- true }() // want `waiting to send`
	fmt.Println("serving", args)
	return nil
}

// Who answers a request in package main answers many.
func answer(ctx context.Context, ask func() int) (int, error) {
	answers := make(chan int)
	go func() { answers <- ask() }() // want `waiting to send`
	select {
	case n := <-answers:
		return n, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// A number that is counted is no exit code.
func count(names []string) int {
	sizes := make(chan int)
	for _, name := range names {
		go func() { sizes <- len(name) }() // want `waiting to send`
	}
	return <-sizes
}
