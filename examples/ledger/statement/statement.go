// Package statement reads what a bank says of an account.
package statement

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// A Line is a payment.
type Line struct {
	What   string
	Amount int
}

// A Statement is the payments of a day.
type Statement struct {
	Lines []Line
}

// Parse reads a statement: a payment a line.
func Parse(data []byte) (*Statement, error) {
	s := new(Statement)
	for n, text := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		i := strings.LastIndex(text, " ")
		if i < 0 {
			return nil, lineError(n+1, "there is no amount: 100% of a line is its text")
		}
		amount, err := strconv.Atoi(text[i+1:])
		if err != nil {
			return nil, lineError(n+1, err.Error())
		}
		s.Lines = append(s.Lines, Line{text[:i], amount})
	}
	return s, nil
}

func lineError(n int, what string) error {
	message := "line " + strconv.Itoa(n) + ": " + what
	if n == 0 {
		return errors.New(message)
	}
	return fmt.Errorf(message)
}

// Totals are amounts by what they are for.
type Totals map[string]interface{}

// Add adds a statement.
func (t Totals) Add(s *Statement) {
	for _, l := range s.Lines {
		sum, _ := t[l.What].(int)
		t[l.What] = sum + l.Amount
	}
}

func (t Totals) String() string {
	var names []string
	for name := range t {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool { return names[i] < names[j] })
	var b strings.Builder
	for i := 0; i < len(names); i++ {
		fmt.Fprintf(&b, "%s %v\n", names[i], t[names[i]])
	}
	return b.String()
}
