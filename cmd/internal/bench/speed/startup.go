package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// starts is how often the vet tool is started. The fastest start counts: it is
// what the program takes, the others tell of the machine.
const starts = 30

// A Startup is what starting the vet tool costs before it looks at anything.
type Startup struct {
	CPU  time.Duration // user and system
	Init time.Duration // of it, the initialisation of the linked packages
}

// measureStartup starts gomend as the go command does to learn of its flags.
func measureStartup(ctx context.Context, gomend string) (Startup, error) {
	var least Startup
	for i := range starts {
		cmd := exec.CommandContext(ctx, gomend, "-flags")
		cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
		var trace bytes.Buffer
		cmd.Stderr = &trace
		if err := cmd.Run(); err != nil {
			return Startup{}, fmt.Errorf("%s: %w", cmd, err)
		}
		init, err := initTime(trace.String())
		if err != nil {
			return Startup{}, err
		}
		cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		if i == 0 {
			least = Startup{CPU: cpu, Init: init}
		}
		least.CPU, least.Init = min(least.CPU, cpu), min(least.Init, init)
	}
	return least, nil
}

// initTime adds up the runtime's trace of the initialisation of packages: lines
// such as "init os @0.26 ms, 0.081 ms clock, 616 bytes, 4 allocs".
func initTime(trace string) (time.Duration, error) {
	var sum float64
	for line := range strings.Lines(trace) {
		var pkg string
		var at, took float64
		if _, err := fmt.Sscanf(line, "init %s @%f ms, %f ms clock", &pkg, &at, &took); err != nil {
			return 0, fmt.Errorf("the runtime's trace has the line %q: %w", line, err)
		}
		sum += took
	}
	return time.Duration(sum * float64(time.Millisecond)), nil
}
