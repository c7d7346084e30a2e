package endpoint_test

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/profiles/endpoint"
)

// memStatsText is what the runtime writes, of a program after three collections.
var memStatsText = `
# runtime.MemStats
# Alloc = 3064
# TotalAlloc = 9064
# Sys = 8064064
# Lookups = 0
# Mallocs = 700
# Frees = 300
# HeapAlloc = 3064
# HeapSys = 7064
# HeapIdle = 2064
# HeapInuse = 5000
# HeapReleased = 1064
# HeapObjects = 400
# Stack = 327680 / 327681
# MSpan = 40480 / 48960
# MCache = 2416 / 15704
# BuckHashSys = 4
# GCSys = 1
# OtherSys = 1
# NextGC = 4194304
# LastGC = 1700000003000000000
# PauseNs = ` + ringText(1000, 2000, 3000) + `
# PauseEnd = ` + ringText(1700000001000000000, 1700000002000000000, 1700000003000000000) + `
# NumGC = 3
# NumForcedGC = 2
# GCCPUFraction = 0.0123
# DebugGC = false
# MaxRSS = 9064064
`

// ringText returns 256 numbers as they are printed, of which the first are given.
func ringText(first ...uint64) string {
	var ring [256]uint64
	copy(ring[:], first)
	return fmt.Sprint(ring)
}

func TestParseMemStats(t *testing.T) {
	got, err := endpoint.ParseMemStats([]byte("heap profile: …" + memStatsText))
	if err != nil {
		t.Fatal(err)
	}
	want := endpoint.MemStats{
		Alloc: 3064, TotalAlloc: 9064, Sys: 8064064, Mallocs: 700, Frees: 300,
		HeapAlloc: 3064, HeapSys: 7064, HeapIdle: 2064, HeapInuse: 5000, HeapReleased: 1064, HeapObjects: 400,
		StackInuse: 327680, StackSys: 327681, NextGC: 4194304, LastGC: 1700000003000000000,
		NumGC: 3, NumForcedGC: 2, GCCPUFraction: 0.0123, MaxRSS: 9064064,
	}
	copy(want.PauseNs[:], []uint64{1000, 2000, 3000})
	copy(want.PauseEnd[:], []uint64{1700000001000000000, 1700000002000000000, 1700000003000000000})
	if *got != want {
		t.Errorf("got  %+v\nwant %+v", *got, want)
	}
}

// The runtime that runs the test writes what is read.
func TestParseMemStatsOfRuntime(t *testing.T) {
	runtime.GC()
	var text bytes.Buffer
	if err := pprof.Lookup("heap").WriteTo(&text, 1); err != nil {
		t.Fatal(err)
	}
	got, err := endpoint.ParseMemStats(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	if got.Sys == 0 || got.Sys > now.Sys || got.NumGC == 0 || got.NumGC > uint64(now.NumGC) || got.TotalAlloc > now.TotalAlloc {
		t.Errorf("implausible: %+v", got)
	}
}

func TestParseMemStatsErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", "there are no memory statistics"},
		{"foreign", "<html>", "there are no memory statistics"},
		{"cut off before", memStatsText[:12], "there are no memory statistics"},
		{"cut off", memStatsText[:strings.Index(memStatsText, "# NumGC")], "the memory statistics are cut off: 4 are missing"},
		{"cut off in the pauses", memStatsText[:strings.Index(memStatsText, "# PauseEnd")-9], "PauseNs of the memory statistics is damaged"},
		{"too few pauses", strings.Replace(memStatsText, "2000 ", "", 1), "PauseNs of the memory"},
		{"below zero", strings.Replace(memStatsText, "Sys = ", "Sys = -", 1), "Sys of the memory"},
		{"beyond all bounds", strings.Replace(memStatsText, "NumGC = 3", "NumGC = 18446744073709551615", 1), "NumGC of the memory"},
		{"not a share", strings.Replace(memStatsText, "0.0123", "NaN", 1), "GCCPUFraction of the memory"},
		{"not a pair", strings.Replace(memStatsText, "327680 / ", "", 1), "Stack of the memory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := endpoint.ParseMemStats([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
	if _, err := endpoint.ParseMemStats([]byte(strings.Replace(memStatsText, "# MaxRSS = 9064064\n", "", 1))); err != nil {
		t.Errorf("without MaxRSS, which not every system has: %v", err)
	}
}

// after returns the statistics of a process that ran n collections, one each second, of
// which number i stopped it for i microseconds.
func after(n uint64, began time.Time) *endpoint.MemStats {
	m := &endpoint.MemStats{NumGC: n, TotalAlloc: n, Mallocs: n}
	for i := uint64(1); i <= n; i++ {
		m.PauseNs[(i-1)%256] = i * 1000
		m.PauseEnd[(i-1)%256] = uint64(began.Add(time.Duration(i) * time.Second).UnixNano())
	}
	return m
}

func TestPauses(t *testing.T) {
	began := time.Date(2026, 11, 27, 17, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name              string
		earlier           *endpoint.MemStats
		now               uint64
		first, last, lost uint64
	}{
		{"the first statistics", nil, 3, 1, 3, 0},
		{"the first statistics of an old process", nil, 1000, 745, 1000, 744},
		{"since others", after(3, began), 5, 4, 5, 0},
		{"none since others", after(5, began), 5, 0, 0, 0},
		{"around the ring", after(250, began), 260, 251, 260, 0},
		{"as many as the ring has", after(44, began), 300, 45, 300, 0},
		{"more than the ring has", after(43, began), 300, 45, 300, 1},
		{"no collection ever", nil, 0, 0, 0, 0},
		{"after a restart", after(9, began), 3, 1, 3, 0},
		{"another process that is older", after(3, began.Add(time.Minute)), 5, 1, 5, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, lost := after(test.now, began).Pauses(test.earlier)
			if lost != test.lost || (len(all) == 0) != (test.last == 0) {
				t.Fatalf("got %d pauses and %d lost, want %d lost", len(all), lost, test.lost)
			}
			for i, p := range all {
				n := test.first + uint64(i)
				want := endpoint.Pause{GC: n, Total: time.Duration(n) * time.Microsecond, End: began.Add(time.Duration(n) * time.Second)}
				if p != want {
					t.Errorf("got %+v, want %+v", p, want)
				}
			}
			if len(all) > 0 && all[len(all)-1].GC != test.last {
				t.Errorf("got %+v last, want %d", all[len(all)-1], test.last)
			}
		})
	}
}

func FuzzMemStats(f *testing.F) {
	f.Add(memStatsText)
	f.Add("\n# runtime.MemStats\n# Stack = 1 / 2\n# PauseNs = [1 2]\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := endpoint.ParseMemStats([]byte(text))
		if err != nil {
			return
		}
		all, lost := m.Pauses(nil)
		if uint64(len(all))+lost != m.NumGC || len(all) > 256 || !(m.GCCPUFraction >= 0 && m.GCCPUFraction <= 1) {
			t.Errorf("implausible: %d pauses, %d lost of %+v", len(all), lost, m)
		}
		for _, p := range all {
			if p.Total < 0 {
				t.Errorf("a pause below zero: %+v", p)
			}
		}
		if again, _ := m.Pauses(m); len(again) != 0 {
			t.Errorf("pauses since itself: %+v", again)
		}
	})
}
