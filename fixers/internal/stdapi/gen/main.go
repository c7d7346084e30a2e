// Gen writes since.txt: the members of the standard library's packages with the Go version
// that brought them, from the api folder of the toolchain at hand.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		log.Fatal(err)
	}
	since := make(map[string]int)
	for minor := 1; ; minor++ {
		name := filepath.Join(strings.TrimSpace(string(root)), "api", fmt.Sprintf("go1.%d.txt", minor))
		data, err := os.ReadFile(name)
		if os.IsNotExist(err) && minor > 20 {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		if err := read(data, minor, since); err != nil {
			log.Fatalf("%s: %v", name, err)
		}
	}
	var b bytes.Buffer
	for _, member := range slices.Sorted(maps.Keys(since)) {
		fmt.Fprintln(&b, member, since[member])
	}
	if err := os.WriteFile("since.txt", b.Bytes(), 0o666); err != nil {
		log.Fatal(err)
	}
}

// read notes the members of an api file, such as
//
//	pkg net/http, method (*Request) PathValue(string) string
func read(data []byte, minor int, since map[string]int) error {
	line := regexp.MustCompile(`^pkg ([^ ,]+)(?: \([^)]*\))?, (func|var|const|type|method) (?:\(\*?([\pL_0-9]+)(?:\[[^)]*\])?\) )?([\pL_0-9]+)(?:\[[^\]]*\])?(?: struct, ([\pL_0-9]+) )?`)
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		text := lines.Text()
		if strings.HasPrefix(text, "#") || strings.TrimSpace(text) == "" || strings.Contains(text, "//deprecated") {
			continue // what becomes deprecated has been there before
		}
		m := line.FindStringSubmatch(text)
		if m == nil {
			if strings.HasPrefix(text, "pkg ") && !strings.Contains(text, ", embedded ") {
				return fmt.Errorf("can't read %q", text)
			}
			continue
		}
		path, receiver, name, field := m[1], m[3], m[4], m[5]
		if path == "syscall" {
			continue // differs by platform, and is frozen
		}
		switch {
		case receiver != "":
			name = receiver + "." + name
		case field != "":
			name += "." + field
		}
		if _, known := since[path+" "+name]; !known {
			since[path+" "+name] = minor
		}
	}
	return lines.Err()
}
