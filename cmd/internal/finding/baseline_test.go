package finding_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// equals returns n findings that differ in nothing but their line, from the
// given one on.
func equals(n, line int, id string) []finding.Finding {
	var fs []finding.Finding
	for i := range n {
		f := at(line+i, id)
		f.Symbol, f.LineText = "run.func1", "<-time.After(d)"
		fs = append(fs, f)
	}
	return fs
}

func identified(groups ...[]finding.Finding) []finding.Finding {
	var fs []finding.Finding
	for _, g := range groups {
		fs = append(fs, g...)
	}
	finding.Identify(fs)
	return fs
}

func lines[F any](fs []F, line func(F) int) string {
	var s []string
	for _, f := range fs {
		s = append(s, fmt.Sprint(line(f)))
	}
	return strings.Join(s, " ")
}

func lineOf(f finding.Finding) int         { return f.Line }
func lineOfKnown(f finding.Suppressed) int { return f.Line }

func TestBaselineCountsEquals(t *testing.T) {
	b := finding.NewBaseline(identified(equals(2, 10, "timerleak/after")))
	for _, test := range []struct {
		name         string
		now          []finding.Finding
		fresh, known string
	}{
		{"the same findings are known", equals(2, 10, "timerleak/after"), "", "10 11"},
		{"moved lines are known", equals(2, 500, "timerleak/after"), "", "500 501"},
		{"a third equal is new", equals(3, 10, "timerleak/after"), "12", "10 11"},
		{"one mended hides no other", equals(1, 10, "timerleak/after"), "", "10"},
		{"another kind is new", equals(1, 10, "timerleak/ticker"), "10", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			fresh, known := b.Filter(identified(test.now))
			if got := lines(fresh, lineOf); got != test.fresh {
				t.Errorf("new at lines %q, want %q", got, test.fresh)
			}
			if got := lines(known, lineOfKnown); got != test.known {
				t.Errorf("known at lines %q, want %q", got, test.known)
			}
			for _, k := range known {
				if k.By.Source != finding.FromBaseline {
					t.Errorf("line %d is silenced by %q", k.Line, k.By.Source)
				}
			}
		})
	}
}

// The fingerprints in this file stand in users' baselines: if they change, every
// baseline is void, and the version of the format must change with them.
func TestTheFileHasALineAnEntryAndReadsBack(t *testing.T) {
	b := finding.NewBaseline(identified(
		equals(2, 10, "timerleak/after"), equals(1, 40, "deadlock"), equals(1, 50, "deadlock/twice")))
	const want = `{
  "version": 1,
  "findings": [
    {"fingerprint":"081a088526963ffa","count":1,"rule":"deadlock","package":"example.com/p","symbol":"run"},
    {"fingerprint":"060954d2c841907f","count":1,"rule":"deadlock/twice","package":"example.com/p","symbol":"run"},
    {"fingerprint":"8a925fc1f9404e5a","count":2,"rule":"timerleak/after","package":"example.com/p","symbol":"run"}
  ]
}
`
	got, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
	again, err := finding.ParseBaseline("b.json", got)
	if err != nil || !reflect.DeepEqual(again, b) {
		t.Errorf("read back it is %+v, %v; want %+v", again, err, b)
	}
}

func TestAnEmptyBaselineReadsBack(t *testing.T) {
	data, err := finding.NewBaseline(nil).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := finding.ParseBaseline("b.json", data); err != nil || b.Count() != 0 {
		t.Errorf("%s is read as %+v, %v", data, b, err)
	}
}

func TestPruneRemovesWhatIsGone(t *testing.T) {
	b := finding.NewBaseline(identified(equals(3, 10, "timerleak"), equals(1, 40, "deadlock")))
	now := identified(equals(1, 10, "timerleak"), equals(5, 90, "timerleak/new"))

	if _, err := b.Prune(now, false); !errors.Is(err, finding.ErrIncomplete) {
		t.Errorf("after an incomplete run it fails with %v, want ErrIncomplete", err)
	}
	if b.Count() != 4 {
		t.Fatalf("%d findings are left after a refusal, want 4", b.Count())
	}
	removed, err := b.Prune(now, true)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range removed {
		got = append(got, fmt.Sprintf("%d %s", e.Count, e.Rule))
	}
	if want := "1 deadlock, 2 timerleak"; strings.Join(got, ", ") != want {
		t.Errorf("removed %q, want %s", got, want)
	}
	if entries := b.Entries(); len(entries) != 1 || entries[0].Rule != "timerleak" || entries[0].Count != 1 {
		t.Errorf("left %+v, want one timerleak, and nothing new", entries)
	}
}

func TestExtendOnlyAdds(t *testing.T) {
	b := finding.NewBaseline(identified(equals(3, 10, "timerleak"), equals(1, 40, "deadlock")))
	b.Extend(finding.NewBaseline(identified(equals(1, 10, "timerleak"), equals(2, 40, "deadlock"), equals(1, 1, "poolmisuse"))))
	if b.Count() != 3+2+1 {
		t.Errorf("%+v, want 3 timerleak, 2 deadlock and 1 poolmisuse", b.Entries())
	}
}

func TestStat(t *testing.T) {
	b := finding.NewBaseline(identified(equals(3, 10, "timerleak"), equals(1, 40, "deadlock")))
	got := b.Stat(identified(equals(2, 10, "timerleak"), equals(1, 90, "poolmisuse")))
	want := finding.BaselineStat{
		Known: 4, Still: 2, Gone: 2, Fresh: 1,
		ByRule: []finding.RuleStat{
			{Rule: "deadlock", Gone: 1},
			{Rule: "poolmisuse", Fresh: 1},
			{Rule: "timerleak", Still: 2, Gone: 1},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestBadBaselines(t *testing.T) {
	const entry = `{"fingerprint":"1d6d4e2cb32ce8a7","count":1,"rule":"r","package":"p"}`
	for _, test := range []struct{ name, data, want string }{
		{"a newer version", `{"version": 2, "findings": [], "more": 1}`, "version 2 is newer"},
		{"no version", `{"findings": []}`, "no version"},
		{"a merge conflict", "{\n\"version\": 1,\n\"findings\": [\n<<<<<<< HEAD\n", "b.json:4: not a baseline"},
		{"a wrong type", "{\n\"version\": 1,\n\"findings\": [{\"count\": \"1\"}]}", "b.json:3: not a baseline"},
		{"an unknown key", `{"version": 1, "finding": []}`, `unknown field "finding"`},
		{"two documents", `{"version": 1, "findings": []} {}`, "more follows"},
		{"nothing", ``, "b.json: not a baseline"},
		{"no fingerprint", `{"version": 1, "findings": [{"count": 1, "rule": "r", "package": "p"}]}`, "entry 1 (r in p)"},
		{"no count", `{"version": 1, "findings": [` + strings.Replace(entry, `"count":1,`, "", 1) + `]}`, "entry 1 (r in p)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := finding.ParseBaseline("b.json", []byte(test.data)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("it fails with %v; want an error with %q", err, test.want)
			}
		})
	}
	t.Run("an entry that a merge doubled is no error", func(t *testing.T) {
		twice := `{"version": 1, "findings": [` + entry + `,` + strings.Replace(entry, `"count":1`, `"count":2`, 1) + `]}`
		if b, err := finding.ParseBaseline("b.json", []byte(twice)); err != nil || b.Count() != 2 {
			t.Errorf("it is %+v, %v; want a count of 2", b, err)
		}
	})
}

// FuzzParseBaseline states that a baseline that is read can be written and read
// again, the same.
func FuzzParseBaseline(f *testing.F) {
	f.Add([]byte(`{"version":1,"findings":[{"fingerprint":"1d6d4e2cb32ce8a7","count":2,"rule":"r","package":"p","symbol":"s"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := finding.ParseBaseline("b.json", data)
		if err != nil {
			return
		}
		out, err := b.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := finding.ParseBaseline("b.json", out)
		if err != nil || !reflect.DeepEqual(again, b) {
			t.Errorf("%s is read back as %+v, %v; want %+v", out, again, err, b)
		}
	})
}
