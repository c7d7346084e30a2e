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
	keyboard, screen, err := openTerminal()
	ts.Check(err)
	path, err := exec.LookPath(ts.Getenv("GOMEND"))
	ts.Check(err)
	cmd := exec.Command(path, args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "TERM=xterm", "GOPROXY=off", "NO_COLOR="+ts.Getenv("NO_COLOR"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
	ts.Check(cmd.Start())
	ts.Check(screen.Close())
	var shown bytes.Buffer
	// Reading ends with an error when the last process that has the
	// terminal open is gone.
	_, _ = shown.ReadFrom(keyboard)
	_ = cmd.Wait() // what it found is on the screen
	ts.Check(keyboard.Close())
	text := strings.ReplaceAll(shown.String(), "\r\n", "\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
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
