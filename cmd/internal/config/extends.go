package config

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/scratch"
)

// maxPolicies is how many policies may extend one another: of a company, a
// division, a group and a team.
const maxPolicies = 4

// A Module is a version of a module on this machine.
type Module struct {
	Dir string // the folder with its files
	Sum string // its checksum, as in go.sum
}

// extend adds the policy that the last of the layers extends, the one that that
// extends, and so on.
func (l *Loader) extend(ctx context.Context, layers []*layer) ([]*layer, error) {
	var chain []string
	for {
		last := layers[len(layers)-1]
		if last.doc.Extends == "" {
			return layers, nil
		}
		ref, sum := splitSum(last.doc.Extends)
		at := last.origin["extends"]
		for _, earlier := range chain {
			if earlier == ref {
				return nil, fmt.Errorf("%s: policies extend each other in a circle: %s", at, strings.Join(append(chain, ref), " extends "))
			}
		}
		if chain = append(chain, ref); len(chain) > maxPolicies {
			return nil, fmt.Errorf("%s: more than %d policies extend one another: %s", at, maxPolicies, strings.Join(chain, " extends "))
		}
		policy, err := l.policy(ctx, ref, sum)
		if err != nil {
			return nil, fmt.Errorf("%s: extends %s: %w", at, ref, err)
		}
		layers = append(layers, policy)
	}
}

// policy reads the configuration in a module.
func (l *Loader) policy(ctx context.Context, ref, sum string) (*layer, error) {
	if l.Fetch == nil {
		return nil, errors.New("policies cannot be fetched here")
	}
	path, version, _ := strings.Cut(ref, "@")
	mod, err := l.Fetch(ctx, path, version)
	if err != nil {
		return nil, err
	}
	if sum != "" && sum != mod.Sum {
		return nil, fmt.Errorf("the module's checksum is %s, and %s was expected: do not use it before you know why", mod.Sum, sum)
	}
	data, err := readFile(filepath.Join(mod.Dir, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the module has no %s at its root", FileName)
	} else if err != nil {
		return nil, err
	}
	name := ref + "/" + FileName
	doc, origin, err := l.parse(name, data)
	if err != nil {
		return nil, err
	}
	return &layer{doc: doc, origin: origin, source: Source{name, mod.Sum}}, portable(doc, origin)
}

// portable reports what a policy cannot say, since it would mean files of a
// module that has none.
func portable(doc *document, origin map[string]Pos) error {
	var ps problems
	if doc.Baseline != "" {
		ps.add(origin["baseline"], "a policy cannot name a baseline: each code base has its own")
	}
	for i, p := range doc.Plugins {
		if p.Path != "" {
			ps.add(origin[fmt.Sprintf("plugins[%d].path", i)], "a policy cannot name a program: use tool, which is built from source")
		}
	}
	return ps.err()
}

// splitSum splits "MODULE@VERSION h1:…"; the sum may be missing.
func splitSum(text string) (ref, sum string) {
	ref, sum, _ = strings.Cut(text, " ")
	return ref, sum
}

// Fetch returns a [Loader]'s Fetch that has the go command download modules:
// from its proxy, into its cache, and checked by its checksum database. It does
// so outside of the code base, whose go.mod needs no mention of the policy.
func Fetch(g gocmd.Go) func(ctx context.Context, path, version string) (Module, error) {
	return func(ctx context.Context, path, version string) (Module, error) {
		dir, err := scratch.Dir("policy")
		if err != nil {
			return Module{}, err
		}
		defer os.RemoveAll(dir)
		env, err := g.Getenv(ctx, "GOFLAGS")
		if err != nil {
			return Module{}, err
		}
		g.Dir = dir
		g.Env = append(g.Env, "GOWORK=off", "GOFLAGS="+gocmd.DropFlags(env["GOFLAGS"], "mod", "modfile"))
		out, err := g.Output(ctx, "mod", "download", "-json", path+"@"+version)
		var result struct{ Dir, Sum, Error string }
		if jsonErr := json.Unmarshal(out, &result); jsonErr == nil && result.Error != "" {
			return Module{}, errors.New(result.Error)
		}
		if err != nil {
			return Module{}, err
		}
		if result.Dir == "" {
			return Module{}, fmt.Errorf("go mod download does not say where it put %s@%s", path, version)
		}
		return Module{Dir: result.Dir, Sum: result.Sum}, nil
	}
}
