package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

func init() {
	commands["terminal"] = terminal
}

// terminal runs a command in a terminal and puts what it shows into a file:
//
//	terminal screen.txt gomend check
func terminal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: terminal FILE COMMAND [ARG…]")
	}
	cmd := exec.Command(ts.Getenv("GOMEND"), args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "GOPROXY=off", "NO_COLOR="+ts.Getenv("NO_COLOR"))
	shown, err := inTerminal(cmd)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(shown), 0o666))
}

// inTerminal runs a command in a terminal, whatever its exit code, and returns
// what it shows.
func inTerminal(cmd *exec.Cmd) (string, error) {
	keyboard, screen, err := openTerminal()
	if err != nil {
		return "", err
	}
	defer keyboard.Close()
	cmd.Env = append(cmd.Environ(), "TERM=xterm")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
	err = cmd.Start()
	screen.Close() // the command has its own
	if err != nil {
		return "", err
	}
	var shown bytes.Buffer
	// Reading ends with an error when the last process that has the
	// terminal open is gone.
	_, _ = shown.ReadFrom(keyboard)
	if err := cmd.Wait(); err != nil && !cmd.ProcessState.Exited() {
		return "", err
	}
	return strings.ReplaceAll(shown.String(), "\r\n", "\n"), nil
}

// openTerminal returns both ends of a new pseudo-terminal.
func openTerminal() (keyboard, screen *os.File, err error) {
	keyboard, err = os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	fd := int(keyboard.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, nil, err
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return nil, nil, err
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	return keyboard, screen, err
}
