package workspace

import (
	"context"

	"github.com/gomend/gomend/internal/gocmd"
)

// CheckTests looks at the tests of the packages and sets their TestErrors. It
// takes about as long as Load, and is worth it when "go vet" refuses the packages
// of a unit, which it does if the imports of one test can't be resolved.
func (s *Selection) CheckTests(ctx context.Context) error {
	g, err := s.w.newEnough(ctx)
	if err != nil {
		return err
	}
	for _, u := range s.Units {
		if err := u.checkTests(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

func (u *Unit) checkTests(ctx context.Context, g gocmd.Go) error {
	args := u.Args()
	if len(args) == 0 {
		return nil
	}
	errs := make(map[string][]PackageError)
	flags := []string{"-e", "-test", "-json=ImportPath,ForTest,Error,DepsErrors"}
	for l, err := range gocmd.Decode[listed](ctx, u.goCommand(g), "list", append(flags, args...)...) {
		if err != nil {
			return err
		}
		if l.ForTest != "" {
			errs[l.ForTest] = append(errs[l.ForTest], l.errors(u.Dir)...)
		}
	}
	for _, p := range u.Packages {
		p.TestErrors = errs[p.ImportPath]
	}
	return nil
}
