// Package config reads gomend.yaml: what a team wants to be looked at, and how
// it is reported. It finds the file, checks it strictly (every slip is named
// with its position and what was probably meant), applies the policy module
// that it extends, and remembers where each value comes from.
//
// Little in it changes the analysis. What does travels as flags of the vet
// tool, see [Config.AnalysisFlags], since the go command caches results by
// flags; all else is applied to cached results, see [Config.Policy].
package config

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/gomend/gomend/analyzers/rule"
)

// FileName is the name of the configuration file.
const FileName = "gomend.yaml"

// maxSize is the largest file that is read, in bytes. Nobody writes a larger
// one by hand.
const maxSize = 1 << 20

// Find returns the configuration file that applies to dir: that of dir or else
// of the nearest folder above, up to root, which must be dir or a folder above
// it. It returns the empty string if there is none.
func Find(dir, root string) (string, error) {
	dir, root = filepath.Clean(dir), filepath.Clean(root)
	for {
		name := filepath.Join(dir, FileName)
		info, err := os.Stat(name)
		switch {
		case err == nil && info.Mode().IsRegular():
			return name, nil
		case err == nil:
			return "", fmt.Errorf("%s is not a file", name)
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
		if err := refuseOtherNames(dir); err != nil {
			return "", err
		}
		parent := filepath.Dir(dir)
		if dir == root || parent == dir {
			return "", nil
		}
		dir = parent
	}
}

// refuseOtherNames fails if a file was meant to be the configuration and would
// be overlooked.
func refuseOtherNames(dir string) error {
	for _, other := range [...]string{"gomend.yml", ".gomend.yaml", ".gomend.yml"} {
		if _, err := os.Stat(filepath.Join(dir, other)); err == nil {
			return fmt.Errorf("%s is not read: name it %s", filepath.Join(dir, other), FileName)
		}
	}
	return nil
}

// A Loader reads configurations.
type Loader struct {
	// Rules are all rules there are. References to others are problems.
	Rules []*rule.Rule

	// Fetch returns a version of a module; see [Fetch]. Without it, a file
	// that extends a policy cannot be loaded.
	Fetch func(ctx context.Context, path, version string) (Module, error)
}

// Load reads the configuration file of the given name, as [Find] returned it,
// and what it extends. For the empty name it returns the defaults.
//
// If something is wrong in a file, the error names every place; see [Problems].
func (l *Loader) Load(ctx context.Context, name string) (*Config, error) {
	c := defaults()
	if name == "" {
		return c, nil
	}
	data, err := readFile(name)
	if err != nil {
		return nil, err
	}
	doc, origin, err := l.parse(name, data)
	if err != nil {
		return nil, err
	}
	layers, err := l.extend(ctx, []*layer{{doc: doc, origin: origin, source: Source{Name: name}}})
	if err != nil {
		return nil, err
	}
	c.Dir = filepath.Dir(name)
	for _, layer := range slices.Backward(layers) {
		c.apply(layer)
	}
	return c, l.checkPlugins(c)
}

func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxSize {
		return nil, fmt.Errorf("%s has %d bytes: a configuration may have %d", name, info.Size(), maxSize)
	}
	return os.ReadFile(name)
}

func (l *Loader) parse(name string, data []byte) (*document, map[string]Pos, error) {
	d := decoder{file: name, data: data, origin: make(map[string]Pos)}
	var root yaml.Node
	if err := yaml.Load(data, &root); err != nil {
		d.syntax(err, len(strings.TrimSpace(string(data))) == 0)
		return nil, nil, d.err()
	}
	doc := new(document)
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		d.add(Pos{name, 1, 1}, emptyFile)
		return nil, nil, d.err()
	}
	d.value(root.Content[0], reflect.ValueOf(doc).Elem(), "", "")
	if len(d.all) == 0 {
		l.check(&d, doc)
	}
	return doc, d.origin, d.err()
}

const emptyFile = "the file is empty: begin with \"version: 1\""

// syntax reports an error of the YAML parser.
func (d *decoder) syntax(err error, empty bool) {
	pos := Pos{d.file, 1, 1}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if load, ok := errors.AsType[*yaml.LoadError](err); ok {
		message = load.Message
		if load.ContextMsg != "" {
			message = load.ContextMsg + ": " + message
		}
		if load.Mark.Line > 0 {
			pos.Line, pos.Col = load.Mark.Line, max(load.Mark.Column, 1)
		}
	}
	switch {
	case empty || strings.Contains(message, "no documents in stream"):
		message = emptyFile
	case strings.Contains(message, "found multiple"):
		message = "the file holds several documents: remove the --- between them"
	}
	d.add(pos, message)
}
