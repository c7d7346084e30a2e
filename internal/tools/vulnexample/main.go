// Vulnexample shows what gomend does about vulnerabilities on a copy of examples/payments that
// has one more package, and with it a vulnerable dependency:
//
//	go run ./internal/tools/vulnexample -gomend PROGRAM
//
// It needs no network: the dependency is packed into a module proxy on the disk, and its
// advisory is in a database beside it. It prints the commands that it runs with their output,
// and fails where one has another exit code than it is known to have.
package main

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/internal/modproxy"
	"github.com/gomend/gomend/internal/tools/example"
)

// steps are the commands, with their exit codes.
var steps = []example.Step{
	{Command: "gomend vuln --db db", Code: 1},
	{Command: "gomend vuln db show --db db example.com/money", Code: 0},
	{Command: "gomend vuln fix --db db --diff", Code: 0},
	{Command: "gomend vuln fix --db db", Code: 0},
	{Command: "gomend vuln --db db --base HEAD", Code: 0},
	{Command: "gomend sbom --workspace --base HEAD", Code: 0},
	{Command: "gomend sbom ./api -o text", Code: 0},
	{Command: "go build -o api.exe ./api", Code: 0},
	{Command: "gomend sbom --verify api.exe", Code: 0},
	{Command: "gomend vuln binary --db db --code api.exe", Code: 0},
	{Command: "git checkout -q -- .", Code: 0},
	{Command: "gomend sbom --verify api.exe", Code: 1},
	{Command: "gomend vuln --db db -q -m ./api -o openvex", Code: 1},
}

func main() { example.Main("vulnexample", layOut, steps...) }

// layOut makes the copy, with the vulnerable dependency, and commits it.
func layOut(ctx context.Context, s *example.Shell, scratch string) error {
	vulnerable := filepath.Join(example.Source, "testdata", "vulnerable")
	proxy, err := modproxy.New(filepath.Join(scratch, "proxy"))
	if err != nil {
		return err
	}
	s.Env = append(s.Env, "GOPROXY="+proxy.URL(), "GONOSUMDB=example.com", "GOFLAGS=-modcacherw",
		"GOMODCACHE="+filepath.Join(scratch, "modcache"), "SOURCE_DATE_EPOCH=1798761600")
	for _, version := range []string{"v1.0.0", "v1.1.0"} {
		if _, err := proxy.Add(filepath.Join(vulnerable, "money", version), version, ""); err != nil {
			return err
		}
	}
	if err := s.Copy(example.Source, "testdata"); err != nil {
		return err
	}
	if err := s.Copy(vulnerable, "money"); err != nil {
		return err
	}
	for _, m := range []string{"shared", "api", "worker"} {
		if err := require(ctx, s, m, m != "shared"); err != nil {
			return err
		}
	}
	if err := s.Commit(ctx, "rates"); err != nil {
		return err
	}
	return s.Run(ctx, "git", "tag", "api/v1.8.0")
}

// require has a module require the dependency, and know its sums.
func require(ctx context.Context, s *example.Shell, module string, indirect bool) error {
	dir := filepath.Join(s.Dir, module)
	name := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	f, err := modfile.Parse(name, data, nil)
	if err != nil {
		return err
	}
	f.AddNewRequire("example.com/money", "v1.0.0", indirect)
	f.SetRequireSeparateIndirect(f.Require)
	f.Cleanup()
	if data, err = f.Format(); err != nil {
		return err
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		return err
	}
	if indirect {
		sums, err := os.ReadFile(filepath.Join(s.Dir, "shared", "go.sum"))
		return cmp.Or(err, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o666))
	}
	tidy := *s
	tidy.Dir, tidy.Env = dir, append(slices.Clip(s.Env), "GOWORK=off")
	return tidy.Run(ctx, "go", "mod", "tidy")
}
