package cover_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	xcover "golang.org/x/tools/cover"

	"github.com/gomend/gomend/workspace/cover"
)

func TestReadMergesBlocks(t *testing.T) {
	for _, test := range []struct{ name, profile, want string }{
		{
			"in mode set a block was run or not",
			"mode: set\nm/a.go:3.1,4.2 1 1\nm/a.go:3.1,4.2 1 0\nm/a.go:3.1,4.2 1 1\n",
			"mode: set\nm/a.go:3.1,4.2 1 1\n",
		},
		{
			"in mode count the runs add up",
			"mode: count\nm/a.go:3.1,4.2 1 2\nm/a.go:3.1,4.2 1 5\n",
			"mode: count\nm/a.go:3.1,4.2 1 7\n",
		},
		{
			"files and blocks are sorted",
			"mode: atomic\nm/b/b.go:1.1,2.1 1 1\nm/a.go:9.1,9.5 1 0\nm/a.go:3.1,4.2 1 0\n",
			"mode: atomic\nm/a.go:3.1,4.2 1 0\nm/a.go:9.1,9.5 1 0\nm/b/b.go:1.1,2.1 1 1\n",
		},
		{
			"more often than can be counted is as often as can be",
			"mode: count\nm/a.go:3.1,4.2 1 9223372036854775807\nm/a.go:3.1,4.2 1 9223372036854775807\n",
			"mode: count\nm/a.go:3.1,4.2 1 9223372036854775807\n",
		},
		{"no blocks", "mode: set\n", "mode: set\n"},
		{"Windows line ends", "mode: set\r\nm/a.go:3.1,4.2 1 1\r\n", "mode: set\nm/a.go:3.1,4.2 1 1\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := cover.Read("c.out", strings.NewReader(test.profile), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := written(t, c); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func written(t *testing.T, c *cover.Coverage) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReadSaysWhatIsWrongWhere(t *testing.T) {
	for _, test := range []struct{ name, profile, want string }{
		{"an empty file", "", "c.out:1: a coverage profile begins with"},
		{"another file", "<html>\n", `c.out:1: a coverage profile begins with "mode: set", "mode: count" or "mode: atomic", and this is "<html>": make it with go test -coverprofile`},
		{"an unknown mode", "mode: some\n", `and this is "mode: some"`},
		{"profiles that were put together", "mode: set\nm/a.go:3.1,4.2 1 1\nmode: set\n", `c.out:3: "mode: set" is no line of a coverage profile`},
		{"an empty line", "mode: set\n\n", `c.out:2: "" is no line`},
		{"a file that was cut off", "mode: set\nm/a.go:3.1,4.2 1 1\nm/a.go:4.1,", `c.out:3: "m/a.go:4.1," is no line`},
		{"no number", "mode: set\nm/a.go:3.1,4.x 1 1\n", "c.out:2: "},
		{"a negative number", "mode: set\nm/a.go:3.1,4.2 -1 1\n", "c.out:2: "},
		{"no name", "mode: set\n:3.1,4.2 1 1\n", "c.out:2: "},
		{"two versions of the code", "mode: set\nm/a.go:3.1,4.2 1 1\nm/b.go:3.1,4.2 1 1\nm/a.go:3.1,4.2 2 1\nm/c.go:1.1,1.2 1 1\n", `c.out:4: "m/a.go:3.1,4.2 2 1" has another number of statements than in a line before: the profile mixes coverage of different code, make it again`},
		{"a long line", "mode: set\n" + strings.Repeat("x", 1<<17) + "\n", "c.out:2: \"xxx"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := cover.Read("c.out", strings.NewReader(test.profile), nil)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
			if err != nil && len(err.Error()) > 400 {
				t.Errorf("the error is %d bytes long", len(err.Error()))
			}
		})
	}
	if _, err := cover.Read("c.out", iotest.ErrReader(errDisk), nil); err == nil || err.Error() != "c.out: the disk is on fire" {
		t.Errorf("got %v", err)
	}
}

const profiled = "mode: set\nexample.com/m/a/a.go:3.15,5.2 1 1\n"

func TestSourcesThatAreNotThoseOfTheProfile(t *testing.T) {
	read := func(source string, err error) (*cover.Coverage, error) {
		return cover.Read("c.out", strings.NewReader(profiled), func(string) ([]byte, error) { return []byte(source), err })
	}
	c, err := read("", fs.ErrNotExist)
	if err != nil || len(c.Packages) != 1 || c.Packages[0].Unknown != "c.out has the file example.com/m/a/a.go, which is not there: it is of other code" || c.Known() {
		t.Errorf("a file that is not there: got %+v, %v", c, err)
	}
	if _, err := read("", errDisk); err == nil {
		t.Error("a file that can't be read is no error")
	}
	if _, err := read("pack age", nil); err == nil || !strings.Contains(err.Error(), "a.go:1:1") {
		t.Errorf("a file that is no Go: got %v", err)
	}
}

func TestCompareNeedsTheSources(t *testing.T) {
	without, err := cover.Read("c.out", strings.NewReader(profiled), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := cover.Compare(without, without, nil)
	if c.Verdict() != cover.Undecided || len(c.Unknown()) != 1 || c.Unknown()[0].Why != "at the head, the source of example.com/m/a/a.go is not known" {
		t.Errorf("got %s, %+v", c.Verdict(), c.Unknown())
	}
}

func TestAModuleThatCanNotBeLoadedMakesItsPackagesUnknown(t *testing.T) {
	c, err := cover.Read("c.out", strings.NewReader(profiled), func(string) ([]byte, error) {
		return []byte("package a\n\nfunc Double() {\n\tprintln()\n}\n"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Packages[0].Module = "example.com/m"
	broken := &cover.Coverage{Modules: []*cover.Module{{Path: "example.com/m", Unknown: "unknown directive: modul"}}}
	for _, test := range []struct {
		name       string
		base, head *cover.Coverage
		why        string
	}{
		{"a package is not new for that", broken, c, "at the base, its module can't be loaded: unknown directive: modul"},
		{"a package is not gone for that", c, broken, "at the head, its module can't be loaded: unknown directive: modul"},
	} {
		compared := cover.Compare(test.base, test.head, nil)
		if compared.Verdict() != cover.Undecided || len(compared.Unknown()) != 1 || compared.Unknown()[0].Why != test.why {
			t.Errorf("%s: got %s, %+v", test.name, compared.Verdict(), compared.Unknown())
		}
	}
}

func TestPercentIsOfStatements(t *testing.T) {
	for count, want := range map[cover.Count]float64{{}: 100, {Covered: 1, Total: 4}: 25, {Total: 3}: 0} {
		if got := count.Percent(); got != want {
			t.Errorf("%+v is %g%%, want %g%%", count, got, want)
		}
	}
}

// FuzzRead reads what golang.org/x/tools/cover reads, and writes what that reads the same.
func FuzzRead(f *testing.F) {
	f.Add(profiled)
	f.Add("mode: count\nm/a.go:3.1,4.2 1 9223372036854775807\nm/a.go:3.1,4.2 1 1\n")
	f.Add("mode: set\nm/a.go:3.1,4.2 1 1\nm/a.go:3.1,9.2 1 0\nm/a.go:3.1,4.2 1 1\n")
	f.Add("mode: set\nm/a.go:3.1,4.2 1 1\nm/a.go:3.1,4.2 2 1\n")
	f.Add("mode: set\nmode: set\n")
	f.Add("mode: atomic\r\n\r\n")
	f.Add("mode: set\n:1.1,1.1 1 1\n")
	f.Add("mode: set\na\r\n:1.1,1.1 1 1\n")
	f.Fuzz(func(t *testing.T, profile string) {
		c, err := cover.Read("c.out", strings.NewReader(profile), nil)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "c.out:") {
				t.Errorf("the error names no place: %v", err)
			}
			return
		}
		text := written(t, c)
		again, err := cover.Read("again", strings.NewReader(text), nil)
		if err != nil {
			t.Fatalf("what was written can't be read: %v\n%s", err, text)
		}
		if !reflect.DeepEqual(c, again) {
			t.Errorf("got %+v, then %+v", c, again)
		}
		theirs, err := xcover.ParseProfilesFromReader(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		blocks, total := 0, c.Count()
		for _, p := range theirs {
			for _, b := range p.Blocks {
				blocks++
				total.Total -= b.NumStmt
			}
		}
		if lines := strings.Count(text, "\n") - 1; blocks != lines || total.Total != 0 {
			t.Errorf("x/tools reads %d blocks of %d lines", blocks, lines)
		}
	})
}

// A map of lines keeps their order and text, and finds what edits did not touch.
func TestLineMapOfRandomEdits(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		kinds := 1 + random.IntN(60) // few make the lines repeat
		line := func() string { return strings.Repeat("x", random.IntN(kinds)) }
		var a, b []string
		for range random.IntN(50) {
			a = append(a, line())
		}
		kept := 0
		for _, text := range a {
			switch random.IntN(8) {
			case 0: // deleted
			case 1:
				b = append(b, line(), text)
				kept++
			case 2:
				b = append(b, line())
			default:
				b = append(b, text)
				kept++
			}
		}
		was := cover.LineMap(a, b)
		if len(was) != len(b) {
			t.Fatalf("%d lines for %d", len(was), len(b))
		}
		last, found := -1, 0
		for j, i := range was {
			if i < 0 {
				continue
			}
			if i <= last || a[i] != b[j] {
				t.Fatalf("%q to %q: %v", a, b, was)
			}
			last = i
			found++
		}
		// Going by lines that stand once may miss some of the most that can be kept.
		if unique(a) && unique(b) && found < kept {
			t.Fatalf("%q to %q: found %d of %d lines: %v", a, b, found, kept, was)
		}
		if slices.Equal(a, b) && found != len(a) {
			t.Fatalf("of the same %d lines, %d were found", len(a), found)
		}
	}
}

func unique(lines []string) bool {
	sorted := slices.Sorted(slices.Values(lines))
	return len(slices.Compact(sorted)) == len(lines)
}
