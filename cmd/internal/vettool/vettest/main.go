package vettest

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/gomend/gomend/cmd/internal/vettool"
)

// Main is the vet tool with these rules. It notes each package that it is started
// for in the file that $VETLOG names.
func Main() {
	args := os.Args[1:]
	if !vettool.Invoked(args) {
		fmt.Fprintln(os.Stderr, "not a command line of the go command")
		os.Exit(2)
	}
	if name := os.Getenv("VETLOG"); name != "" && strings.HasSuffix(args[len(args)-1], ".cfg") {
		if err := note(name, args[len(args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	os.Exit(vettool.Main(Rules(), args, os.Stdout, os.Stderr))
}

func note(logFile, cfgFile string) error {
	data, err := os.ReadFile(cfgFile)
	if err != nil {
		return err
	}
	var cfg struct {
		ImportPath string
		VetxOnly   bool
	}
	if err := json.Unmarshal(data, &cfg); err != nil {
		return err
	}
	f, err := os.OpenFile(logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	verb := "vet"
	if cfg.VetxOnly {
		verb = "facts"
	}
	_, err = fmt.Fprintf(f, "%s %s\n", verb, cfg.ImportPath)
	return err
}
