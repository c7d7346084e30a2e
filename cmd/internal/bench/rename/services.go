package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/cmd/internal/bench/cpu"
)

// model is the package of a service's types.
const model = `// Package model has the types of the service.
package model

import (
	"encoding/json"
	"fmt"
)

// Order is what a customer orders.
type Order struct {
	ID         string %[1]sjson:"id"%[1]s
	CustomerID string %[1]sjson:"customer_id"%[1]s
	Total      int    %[1]sjson:"total"%[1]s
}

// New returns an order.
func New(id, customer string) *Order { return &Order{ID: id, CustomerID: customer} }

// Same reports whether two orders are one customer's.
func (o *Order) Same(p *Order) bool { return o.CustomerID == p.CustomerID }

// Encode returns the order as JSON.
func (o *Order) Encode() ([]byte, error) {
	if o.CustomerID == "" {
		return nil, fmt.Errorf("order %%s of nobody", o.ID)
	}
	return json.Marshal(o)
}
`

// handler is the package that serves them; its functions are repeated.
const handler = `// Package handler serves orders.
package handler

import (
	"net/http"
	"sort"

	"example.com/%s/model"
)
`

const handlerFunc = `
// Serve%[1]d answers.
func Serve%[1]d(w http.ResponseWriter, orders []*model.Order) {
	sort.Slice(orders, func(i, j int) bool { return orders[i].CustomerID < orders[j].CustomerID })
	for _, o := range orders {
		if o.CustomerID == "" {
			o.CustomerID = "nobody"
		}
		data, err := o.Encode()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Write(data)
	}
}
`

// compare renames one field in all services, with gopls and with gomend.
func compare(ctx context.Context, gopls string, services int) error {
	dir, err := os.MkdirTemp("", "gomend-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	gomend := filepath.Join(dir, "bin", "gomend")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", gomend, "github.com/gomend/gomend/cmd/gomend").CombinedOutput(); err != nil {
		return fmt.Errorf("building gomend: %w\n%s", err, out)
	}
	code := filepath.Join(dir, "code")
	names, err := generate(code, services)
	if err != nil {
		return err
	}
	if _, _, err := timed(ctx, code, "go", "build", "work"); err != nil { // both find the build cache warm
		return err
	}
	ours, ourTime, err := timed(ctx, code, gomend, "work", "rename", "work.Order.CustomerID", "ClientID", "--diff")
	if err != nil {
		return err
	}
	var theirs []string
	var theirTime time.Duration
	line := strings.Count(model[:strings.Index(model, "CustomerID string")], "\n") + 1
	for _, name := range names {
		at := fmt.Sprintf("%s:%d:2", filepath.Join(code, name, "model", "model.go"), line)
		out, took, err := timed(ctx, code, gopls, "rename", "-d", at, "ClientID")
		if err != nil {
			return err
		}
		theirs = append(theirs, out)
		theirTime += took
	}
	a, b := added(ours), added(strings.Join(theirs, "\n"))
	fmt.Printf("%d services, %d packages, %d changed lines\n", services, 2*services, len(a))
	fmt.Printf("gomend %.2f s CPU, gopls %.2f s CPU: 1/%.0f\n", ourTime.Seconds(), theirTime.Seconds(), theirTime.Seconds()/ourTime.Seconds())
	if !slices.Equal(a, b) {
		return fmt.Errorf("gomend changes %d lines, and gopls %d: they do not agree", len(a), len(b))
	}
	return nil
}

// generate writes a workspace of services.
func generate(dir string, services int) ([]string, error) {
	var names []string
	work := "go 1.26\n\nuse (\n"
	for i := range services {
		name := fmt.Sprintf("service%02d", i)
		names = append(names, name)
		work += "\t./" + name + "\n"
		var funcs strings.Builder
		for j := range 4 {
			fmt.Fprintf(&funcs, handlerFunc, j)
		}
		files := map[string]string{
			name + "/go.mod":             "module example.com/" + name + "\n\ngo 1.26\n",
			name + "/model/model.go":     fmt.Sprintf(model, "`"),
			name + "/handler/handler.go": fmt.Sprintf(handler, name) + funcs.String(),
		}
		for file, text := range files {
			file = filepath.Join(dir, file)
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				return nil, err
			}
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				return nil, err
			}
		}
	}
	return names, os.WriteFile(filepath.Join(dir, "go.work"), []byte(work+")\n"), 0o666)
}

// timed runs a command and returns what it writes to standard output, and its CPU time.
func timed(ctx context.Context, dir, name string, args ...string) (string, time.Duration, error) {
	before := cpu.Children()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(ctx, name, args...)
	c.Dir, c.Stdout, c.Stderr = dir, &stdout, &stderr
	if err := c.Run(); err != nil {
		return "", 0, fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String(), cpu.Children() - before, nil
}

// added returns the lines that a diff adds, sorted, without the spaces by which gofmt aligns
// them: gopls does not align the struct again.
func added(diff string) []string {
	var lines []string
	for line := range strings.Lines(diff) {
		if text, ok := strings.CutPrefix(line, "+"); ok && strings.Contains(text, "ClientID") {
			lines = append(lines, strings.Join(strings.Fields(text), " "))
		}
	}
	slices.Sort(lines)
	return lines
}
