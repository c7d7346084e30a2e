package silent

import (
	"strings"
	"sync"

	"go.uber.org/zap"
)

var logger *zap.Logger

// A logger calls the hooks that it is given.
func hooked() {
	var ended sync.WaitGroup
	ended.Add(1)
	logger = zap.New(zap.Hooks(func(entry string) error {
		if strings.Contains(entry, "ended") {
			ended.Done()
		}
		return nil
	}))
	ended.Wait()
}

// Who asks how many there are takes no more.
func askedHowMany(name string) []string {
	found := make(chan string, 10)
	if name != "" {
		found <- name
	}
	found <- "default"
	var all []string
	for len(found) > 0 {
		all = append(all, <-found)
	}
	return all
}
