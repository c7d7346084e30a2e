package move

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A GeneratedError says that the change would have to edit generated files, in which it
// would last until they are generated again.
type GeneratedError struct {
	// Files are their names, relative to the root of the code base.
	Files []string
	// Generators tell for each by what it is generated: the line that runs the generator,
	// with its place, or the comment in the file where none is found.
	Generators []string
}

func (e *GeneratedError) Error() string {
	var b strings.Builder
	for i, file := range e.Files {
		fmt.Fprintf(&b, "%s is generated (%s)\n", file, e.Generators[i])
	}
	return b.String() + "change what generates it, or have generated files edited as well"
}

// refuseGenerated returns an error if generated files would have to be edited and must not.
func (m *mover) refuseGenerated() error {
	if m.o.Generated {
		return nil
	}
	// The comment tells (https://go.dev/s/generatedcode) that stands before the package clause.
	comments := regexp.MustCompile(`(?m)^// (Code generated .* DO NOT EDIT\.)\r?$`)
	clause := regexp.MustCompile(`(?m)^package `)
	refused := new(GeneratedError)
	for _, name := range m.set.Files() {
		content, err := m.read(name)
		if err != nil {
			return err
		}
		head := content
		if i := clause.FindIndex(content); i != nil {
			head = content[:i[0]]
		}
		if comment := comments.FindSubmatch(head); comment != nil && strings.HasSuffix(name, ".go") {
			refused.Files = append(refused.Files, m.relative(name))
			refused.Generators = append(refused.Generators, m.generator(name, string(comment[1])))
		}
	}
	if len(refused.Files) == 0 {
		return nil
	}
	return refused
}

// generator returns the //go:generate line by which a file is made, with its place: the one
// of the directory that has most of the words in the file's comment, or its name. If there
// is none it returns the comment.
func (m *mover) generator(name, comment string) string {
	dir := filepath.Dir(name)
	names, err := goFiles(dir)
	if err != nil {
		return comment
	}
	best, found := 0, comment
	for _, file := range names {
		content, err := m.peek(filepath.Join(dir, file))
		if err != nil {
			continue
		}
		number := 0
		for line := range strings.Lines(string(content)) {
			number++
			if !strings.HasPrefix(line, "//go:generate ") {
				continue
			}
			if n := common(line, comment, filepath.Base(name)); n > best {
				best, found = n, m.relative(filepath.Join(dir, file))+":"+strconv.Itoa(number)+": "+strings.TrimSpace(line)
			}
		}
	}
	return found
}

// common counts the words that a //go:generate line has of what the comment in a generated
// file says behind "by". The name of the file counts for more than any of these.
func common(line, comment, name string) int {
	n := 0
	if strings.Contains(line, name) {
		n += len(comment)
	}
	_, by, _ := strings.Cut(strings.TrimSuffix(comment, "DO NOT EDIT."), " by ")
	for _, word := range strings.Fields(by) {
		if word = strings.Trim(word, "\"'`.;,"); word != "" && strings.Contains(line, word) {
			n++
		}
	}
	return n
}
