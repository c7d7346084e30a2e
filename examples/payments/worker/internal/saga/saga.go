// Package saga runs work that spans several services and undoes what was done
// of it when a later part fails.
package saga

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Step is one part of a saga over the state S.
type Step[S any] struct {
	Name string
	Do   func(ctx context.Context, state S) error

	// Undo takes back what Do did; it may be nil.
	Undo func(ctx context.Context, state S) error
}

// A Saga is a series of stages. The steps of a stage run side by side.
type Saga[S any] struct {
	name   string
	limit  time.Duration
	stages [][]Step[S]
}

// New returns an empty saga, each step of which may take up to limit.
func New[S any](name string, limit time.Duration) *Saga[S] {
	return &Saga[S]{name: name, limit: limit}
}

// Then adds a stage after the ones that s has.
func (s *Saga[S]) Then(steps ...Step[S]) *Saga[S] {
	s.stages = append(s.stages, steps)
	return s
}

// ErrTimeout is the error of a step that took too long.
var ErrTimeout = errors.New("the step took too long")

// Run runs the stages in order. When one fails, those before it are undone in
// reverse, and the error tells what failed and what could not be undone.
func (s *Saga[S]) Run(ctx context.Context, state S) error {
	for i, stage := range s.stages {
		if err := s.runStage(ctx, stage, state); err != nil {
			err = fmt.Errorf("saga %s: %w", s.name, err)
			return errors.Join(err, s.undo(ctx, s.stages[:i], state))
		}
	}
	return nil
}

func (s *Saga[S]) runStage(ctx context.Context, stage []Step[S], state S) error {
	errs := make(chan error)
	for _, step := range stage {
		step := step
		go func() {
			_, err := within(ctx, s.limit, func(ctx context.Context) (struct{}, error) {
				return struct{}{}, step.Do(ctx, state)
			})
			if err != nil {
				err = fmt.Errorf("%s: %w", step.Name, err)
			}
			errs <- err
		}()
	}
	for range stage {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func (s *Saga[S]) undo(ctx context.Context, stages [][]Step[S], state S) error {
	var failed error
	for i := len(stages) - 1; i >= 0; i-- {
		for _, step := range stages[i] {
			if step.Undo == nil {
				continue
			}
			if err := step.Undo(ctx, state); err != nil {
				failed = errors.Join(failed, fmt.Errorf("undoing %s: %w", step.Name, err))
			}
		}
	}
	return failed
}

type outcome[T any] struct {
	value T
	err   error
}

// within returns what call returns, or ErrTimeout once limit has passed.
func within[T any](ctx context.Context, limit time.Duration, call func(context.Context) (T, error)) (T, error) {
	outcomes := make(chan outcome[T])
	go func() {
		value, err := call(ctx)
		outcomes <- outcome[T]{value, err}
	}()

	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case o := <-outcomes:
		return o.value, o.err
	case <-timer.C:
		var none T
		return none, ErrTimeout
	}
}
