package tree_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/gomend/gomend/internal/tree"
)

// A platter is a model of what of a tree is on the disk. Without a sync, a loss of
// power may undo any change of an entry of a directory whatever others it keeps, and
// leave any part of what was written to a file. Real file systems lose less.
type platter struct {
	root string // of the real tree, from which it learns what is written
	dirs map[string]*platterDir
	last func() // reads what the step before has written
}

type platterDir struct {
	kept    map[string]*platterFile
	pending []map[string]*platterFile // changes of entries, each as a whole
}

// platterFile is an entry of a directory; nil stands for none.
type platterFile struct {
	dir     string // what it is, if it is no file
	content string
	synced  bool
}

// newPlatter returns the model of a tree that was there for long.
func newPlatter(t *testing.T, root string) *platter {
	t.Helper()
	p := &platter{root: root, dirs: map[string]*platterDir{".": {kept: make(map[string]*platterFile)}}, last: func() {}}
	walk(t, root, func(rel string, info os.FileInfo, content string) {
		f := &platterFile{content: content, synced: true}
		if info.IsDir() {
			f.dir = rel
			p.dirs[rel] = &platterDir{kept: make(map[string]*platterFile)}
		}
		p.dirs[path.Dir(rel)].kept[path.Base(rel)] = f
	})
	return p
}

// find returns the entry that programs see.
func (p *platter) find(name string) *platterFile {
	dir := p.dirs[path.Dir(name)]
	if dir == nil {
		return nil
	}
	for _, change := range slices.Backward(dir.pending) {
		if f, ok := change[path.Base(name)]; ok {
			return f
		}
	}
	return dir.kept[path.Base(name)]
}

func (p *platter) set(name string, f *platterFile) {
	dir := p.dirs[path.Dir(name)]
	dir.pending = append(dir.pending, map[string]*platterFile{path.Base(name): f})
}

// learn takes in what the step before has done.
func (p *platter) learn() {
	p.last()
	p.last = func() {}
}

// step follows a step on the real tree, before it is done.
func (p *platter) step(op, name, to string) {
	p.learn()
	f := p.find(name)
	switch op {
	case "mkdir":
		if f == nil {
			p.set(name, &platterFile{dir: name})
			p.dirs[name] = &platterDir{kept: make(map[string]*platterFile)}
		}
	case "create":
		if f == nil {
			p.set(name, new(platterFile))
		}
	case "write":
		p.last = func() {
			content, err := os.ReadFile(filepath.Join(p.root, name))
			if err != nil {
				panic(err)
			}
			f.content = string(content)
		}
	case "sync":
		f.synced = true
	case "rename":
		if path.Dir(name) == path.Dir(to) {
			dir := p.dirs[path.Dir(name)]
			dir.pending = append(dir.pending, map[string]*platterFile{path.Base(to): f, path.Base(name): nil})
			break
		}
		p.set(to, f)
		p.set(name, nil)
	case "remove", "removeAll":
		p.set(name, nil)
	case "syncDir":
		dir := p.dirs[name]
		for _, change := range dir.pending {
			maps.Copy(dir.kept, change)
		}
		dir.pending = nil
	default:
		panic("unknown step " + op)
	}
}

// lose makes a tree of what a loss of power leaves.
func (p *platter) lose(t *testing.T, luck *rand.Rand) string {
	t.Helper()
	root := tempDir(t)
	p.restore(t, luck, ".", root)
	return root
}

func (p *platter) restore(t *testing.T, luck *rand.Rand, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o777); err != nil {
		t.Fatal(err)
	}
	dir := p.dirs[from]
	entries := maps.Clone(dir.kept)
	keep := luck.Float64() // of all, of none, or of some
	for _, change := range dir.pending {
		if luck.Float64() < keep {
			maps.Copy(entries, change)
		}
	}
	for _, base := range slices.Sorted(maps.Keys(entries)) {
		f, name := entries[base], filepath.Join(to, base)
		switch {
		case f == nil:
		case f.dir != "":
			p.restore(t, luck, f.dir, name)
		default:
			content := f.content
			if !f.synced {
				content = content[:luck.IntN(len(content)+1)]
			}
			put(t, name, content, 0o644)
		}
	}
}

// Whatever a loss of power undoes of what was not synced, at whatever moment, in Write
// as in Continue and Abort after a kill: the tree can be made all old and all new.
func TestPowerLoss(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("directories can't be synced there")
	}
	old := map[string]string{"edited": "old", "sub/edited": "old", "gone/file": "old"}
	fresh := map[string]string{"edited": "new", "sub/edited": "new", "made/deep/file": "new"}
	// do begins or goes on, and is stopped before its nth step.
	do := func(t *testing.T, what string, p *platter, n int) (steps int) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			onStep := func(op, name, to string) {
				if n--; n < 0 {
					runtime.Goexit()
				}
				steps++
				p.step(op, name, to)
			}
			if what == "write" {
				tree.WriteStepwise(t.Context(), p.root, command, powerChanges(p.root, old, fresh), onStep)
				return
			}
			j, err := tree.Pending(t.Context(), p.root)
			if err == nil && j != nil && what == "continue" {
				j.ContinueStepwise(t.Context(), onStep)
			}
			if err == nil && j != nil && what == "abort" {
				j.AbortStepwise(t.Context(), onStep)
			}
		}()
		<-done
		p.learn()
		return steps
	}
	const forever = 1 << 30
	start := func(t *testing.T) *platter {
		root := tempDir(t)
		for name, text := range old {
			put(t, filepath.Join(root, name), text, 0o644)
		}
		return newPlatter(t, root)
	}
	all := do(t, "write", start(t), forever)
	for seed := range uint64(3) {
		for n := range all + 1 {
			t.Run(fmt.Sprintf("%d/%d", seed, n), func(t *testing.T) {
				t.Parallel()
				luck := rand.New(rand.NewPCG(seed, uint64(n)))
				p := start(t)
				do(t, "write", p, n)
				then := []string{"nothing", "continue", "abort"}[luck.IntN(3)]
				do(t, then, p, luck.IntN(all/2))
				oldOrNew(t, p.lose(t, luck), old, fresh)
			})
		}
	}
}

// powerChanges are the changes from the old files to the new ones.
func powerChanges(root string, old, fresh map[string]string) []tree.Change {
	var changes []tree.Change
	for name, text := range old {
		c := tree.Change{File: filepath.Join(root, name), Old: []byte(text), New: []byte(fresh[name])}
		if fresh[name] == "" {
			c.Op = tree.Remove
		}
		changes = append(changes, c)
	}
	for name, text := range fresh {
		if old[name] == "" {
			changes = append(changes, tree.Change{Op: tree.Create, File: filepath.Join(root, name), New: []byte(text)})
		}
	}
	return changes
}

// oldOrNew checks that the tree is all old or all new, or can be made both.
func oldOrNew(t *testing.T, root string, old, fresh map[string]string) {
	t.Helper()
	contents := func(root string) map[string]string {
		all := make(map[string]string)
		walk(t, root, func(rel string, info os.FileInfo, content string) {
			if info.Mode().IsRegular() && path.Dir(filepath.ToSlash(rel)) != ".gomend-journal" {
				all[filepath.ToSlash(rel)] = content
			}
		})
		return all
	}
	j, err := tree.Pending(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if j == nil {
		if got := contents(root); !maps.Equal(got, old) && !maps.Equal(got, fresh) {
			t.Errorf("without a journal, the tree holds %q", got)
		}
		return
	}
	copied := duplicate(t, root)
	finish(t, "continue", copied)
	if got := contents(copied); !maps.Equal(got, fresh) {
		t.Errorf("continue leaves %q", got)
	}
	finish(t, "abort", root)
	if got := contents(root); !maps.Equal(got, old) {
		t.Errorf("abort leaves %q", got)
	}
}
