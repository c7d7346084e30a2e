package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/bench/cpu"
)

// This program is also a vet tool, in two ways, told by the environment: the go
// command passes its environment on, and tells a tool nothing else.
const (
	roleVariable   = "GOMEND_BENCH_ROLE"
	meteredProgram = "GOMEND_BENCH_METERED"
	meterLog       = "GOMEND_BENCH_METER_LOG"

	idle  = "idle"  // do nothing: `go vet` then compiles what a vet tool needs, no more
	meter = "meter" // run another vet tool and log the memory that it took
)

// runAsVettool does what `go vet` asks of its tool and returns the exit code.
func runAsVettool(role string, args []string) int {
	var err error
	switch role {
	case idle:
		err = idleVettool(args)
	case meter:
		err = meteredVettool(args)
	default:
		err = fmt.Errorf("%s=%s: want %s or %s", roleVariable, role, idle, meter)
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func idleVettool(args []string) error {
	switch query := strings.Join(args, " "); query {
	case "-V=full":
		_, err := fmt.Println("idle version v1")
		return err
	case "-flags":
		_, err := fmt.Println("[]")
		return err
	}
	data, err := os.ReadFile(args[len(args)-1])
	if err != nil {
		return err
	}
	var config struct{ VetxOutput, Stdout string }
	if err := json.Unmarshal(data, &config); err != nil {
		return err
	}
	for _, name := range []string{config.VetxOutput, config.Stdout} {
		if name == "" {
			continue
		}
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// meteredVettool runs the metered program with the same arguments. Under its own
// name the go command would find its results in the cache and not run it.
func meteredVettool(args []string) error {
	var stdout bytes.Buffer
	cmd := exec.Command(os.Getenv(meteredProgram), args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, roleVariable+"=") })
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, &stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	if len(args) == 1 && args[0] == "-V=full" {
		_, err := fmt.Printf("metered version %x\n", sha256.Sum256(stdout.Bytes()))
		return err
	}
	if _, err := io.Copy(os.Stdout, &stdout); err != nil {
		return err
	}
	if config := args[len(args)-1]; strings.HasSuffix(config, ".cfg") {
		return logMemory(config, cpu.Peak(cmd.ProcessState))
	}
	return nil
}

// A reading is what one process of a vet tool took.
type reading struct {
	Package string
	Bytes   int64
}

// logMemory appends a reading to the log. Lines are short enough to be written
// at once, so that processes side by side do not mix theirs.
func logMemory(config string, bytes int64) (err error) {
	data, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	var unit struct{ ImportPath string }
	if err := json.Unmarshal(data, &unit); err != nil {
		return err
	}
	line, err := json.Marshal(reading{unit.ImportPath, bytes})
	if err != nil {
		return err
	}
	log, err := os.OpenFile(os.Getenv(meterLog), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	_, err = log.Write(append(line, '\n'))
	return err
}

// highestReading returns the reading of the process that took most.
func highestReading(log string) (reading, error) {
	data, err := os.ReadFile(log)
	if err != nil {
		return reading{}, err
	}
	var highest reading
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var r reading
		if err := dec.Decode(&r); errors.Is(err, io.EOF) {
			return highest, nil
		} else if err != nil {
			return reading{}, fmt.Errorf("%s: %w", log, err)
		}
		if r.Bytes > highest.Bytes {
			highest = r
		}
	}
}
