package tree

import (
	"context"
	"crypto/sha256"
	"fmt"
)

// OnStep is called before every operation on the disk, with the name that it is on,
// relative to the root, and the second one of a renaming.
type OnStep func(op, name, to string)

func (f OnStep) step(s step) { f(s.op, s.name, s.to) }

// WriteStepwise is [Write].
func WriteStepwise(ctx context.Context, root, command string, changes []Change, f OnStep) error {
	return write(ctx, root, command, changes, f.step)
}

// ContinueStepwise is [Journal.Continue].
func (j *Journal) ContinueStepwise(ctx context.Context, f OnStep) error {
	return j.finish(ctx, after, f.step)
}

// AbortStepwise is [Journal.Abort].
func (j *Journal) AbortStepwise(ctx context.Context, f OnStep) error {
	return j.finish(ctx, before, f.step)
}

// Sealed returns a manifest whose digest is right, whatever the text is.
func Sealed(text []byte) []byte {
	head := fmt.Sprintf("%s%s%x\n", manifestFormat, manifestVersion, sha256.Sum256(text))
	return append([]byte(head), text...)
}

// Recoded reads a manifest and writes it again. It returns the names in it, too.
func Recoded(data []byte) (again []byte, names []string, err error) {
	m, err := decodeManifest(data)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range m.Files {
		names = append(names, string(e.File))
	}
	for _, dir := range m.Dirs {
		names = append(names, string(dir))
	}
	again, err = m.encode()
	return again, names, err
}
