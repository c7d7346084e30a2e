package endpoint_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	runtimepprof "runtime/pprof"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/endpoint"
)

// readAll returns the snapshots of a directory's only service.
func readAll(t *testing.T, dir string) []*endpoint.Snapshot {
	t.Helper()
	services, err := endpoint.Directory(dir).Services()
	if err != nil || len(services) != 1 {
		t.Fatalf("got services %q, error %v, want one", services, err)
	}
	var all []*endpoint.Snapshot
	for snap, err := range endpoint.Directory(dir).Snapshots(services[0]) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, snap)
	}
	return all
}

// write writes a file whose modification is at a time in seconds since 1970.
func write(t *testing.T, dir, name string, data []byte, modified int64) {
	t.Helper()
	name = filepath.Join(dir, name)
	err := errors.Join(
		os.MkdirAll(filepath.Dir(name), 0o777),
		os.WriteFile(name, data, 0o666),
		os.Chtimes(name, time.Time{}, time.Unix(modified, 0)),
	)
	if err != nil {
		t.Fatal(err)
	}
}

// encoded returns a profile in pprof's format.
func encoded(t testing.TB, p *profile.Profile) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := p.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// ownProfile returns a profile of the test in the format of a level of detail.
func ownProfile(t testing.TB, name string, debug int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := runtimepprof.Lookup(name).WriteTo(&out, debug); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The time of files that others took is in the name, else in the profile, else that of
// the file.
func TestDirectoryTimes(t *testing.T) {
	at := func(nanos int64) []byte {
		p := counts("goroutine", 1)
		p.TimeNanos = nanos
		return encoded(t, p)
	}
	for _, test := range []struct {
		name   string
		data   []byte
		want   string
		source endpoint.TimeSource
	}{
		{"goroutine-2026-11-27T17:26:05Z.pb.gz", at(1), "2026-11-27T17:26:05Z", endpoint.FromName},
		{"goroutine-2026-11-27T18:26:05+01:00.pb.gz", at(1), "2026-11-27T17:26:05Z", endpoint.FromName},
		{"goroutine.2026-11-27T17:26:05.25Z.pb.gz", at(1), "2026-11-27T17:26:05.25Z", endpoint.FromName},
		{"goroutine_20261127_172605.pprof", at(1), "2026-11-27T17:26:05Z", endpoint.FromName},
		{"2026-11-27 17-26-05 goroutine", at(1), "2026-11-27T17:26:05Z", endpoint.FromName},
		{"goroutine-20261127172605-1234.out", at(1), "2026-11-27T17:26:05Z", endpoint.FromName},
		{"goroutine.1700000000.pb.gz", at(1), "2023-11-14T22:13:20Z", endpoint.FromName},
		{"goroutine-20261399T172605Z.pb.gz", at(1700000000e9), "2023-11-14T22:13:20Z", endpoint.FromProfile},
		{"goroutine.001.pb.gz", at(1700000000e9), "2023-11-14T22:13:20Z", endpoint.FromProfile},
		{"goroutine.pb.gz", at(0), "2001-09-09T01:46:40Z", endpoint.FromModified},
		{"goroutines.txt", ownProfile(t, "goroutine", 1), "2001-09-09T01:46:40Z", endpoint.FromModified},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, test.name, test.data, 1e9)
			got := readAll(t, dir)[0]
			if got.Time.Format(time.RFC3339Nano) != test.want || got.Source != test.source || got.Goroutines == nil {
				t.Errorf("got %v by %s, want %s by %s; %v", got.Time, got.Source, test.want, test.source, got.Errors)
			}
		})
	}
}

// All formats say the same of the goroutines and the heap, with the functions' names.
func TestDirectoryFormats(t *testing.T) {
	holdHere(t, 9, "alice")
	held := allocateHere(32 << 20)
	held[0] = 1
	runtime.GC() // the profile is as of the last collection
	dir := t.TempDir()
	for debug := range 3 {
		write(t, dir, fmt.Sprintf("goroutine-%d", 1700000000+debug), ownProfile(t, "goroutine", debug), 0)
	}
	for debug := range 2 {
		write(t, dir, fmt.Sprintf("heap-%d", 1700000000+debug), ownProfile(t, "heap", debug), 0)
	}
	write(t, dir, "heap_notes/README", nil, 0)
	write(t, dir, "allocs-1700000000", nil, 0)
	for i, snap := range readAll(t, dir) {
		if len(snap.Errors) > 0 {
			t.Fatal(i, snap.Errors)
		}
		if got := sum(snap.Goroutines, "goroutine", "waitHere"); got != 9 || strings.Contains(snap.Goroutines.String(), "alice") {
			t.Errorf("debug=%d: got %d goroutines in waitHere, want 9 without labels", i, got)
		}
		if i < 2 {
			checkHeld(t, snap, i == 1)
		} else if len(snap.Waits) == 0 {
			t.Error("a dump has no waits")
		}
	}
	held[1] = 1
}

func checkHeld(t *testing.T, snap *endpoint.Snapshot, statistics bool) {
	t.Helper()
	if got := sum(snap.Heap, "inuse_space", "allocateHere"); got < 32<<20 || got > 33<<20 {
		t.Errorf("got %d bytes of allocateHere, want 32 MB", got)
	}
	if (snap.Memory != nil) != statistics {
		t.Errorf("got statistics %v, want %t", snap.Memory, statistics)
	}
}

func TestDirectoryOrder(t *testing.T) {
	dir := t.TempDir()
	one := encoded(t, counts("goroutine", 1))
	write(t, dir, "goroutine-1700000060", one, 0)
	write(t, dir, "goroutine-b", one, 1700000030)
	write(t, dir, "goroutine-a", one, 1700000030)
	write(t, dir, "goroutine-1700000000", one, 0)
	write(t, dir, "goroutineleak-1700000000", encoded(t, counts("goroutineleak", 2)), 0)
	var got []string
	for _, snap := range readAll(t, dir) {
		got = append(got, fmt.Sprintf("%d %s %t", snap.Time.Unix(), snap.Source, snap.Leaked != nil))
	}
	want := []string{"1700000000 name true", "1700000030 modified false", "1700000030 modified false", "1700000060 name false"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDirectoryFaults(t *testing.T) {
	whole, text, heap := ownProfile(t, "goroutine", 0), ownProfile(t, "goroutine", 1), ownProfile(t, "heap", 1)
	for _, test := range []struct {
		name, file string
		data       []byte
		want       string
	}{
		{"empty", "goroutine", nil, "it is empty"},
		{"foreign", "goroutine.png", []byte("\x89PNG\r\n\x1a\n\x00\x00"), "it is not a profile"},
		{"a web page", "heap.svg", []byte("<svg></svg>"), "it is a web page"},
		{"truncated", "goroutine.pb.gz", whole[:len(whole)-20], "it is cut off"},
		{"a truncated text", "goroutine.txt", text[:len(text)/2], "damaged or cut off"},
		{"a truncated heap", "heap.txt", heap[:len(heap)/3], "damaged or cut off"},
		{"a truncated dump", "goroutine.txt", []byte("goroutine 5 [select]:\nmain.f()\n"), "the dump is cut off"},
		{"a dump for leaks", "goroutineleak.txt", ownProfile(t, "goroutine", 2), "it is not a profile"},
		{"another profile", "goroutineleak", whole, `it is not a profile of goroutineleak but of "goroutine"`},
		{"a record that is none", "20261127T172605Z.snapshot.json", []byte("{"), "it is not the record of a snapshot"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, test.file, test.data, 0)
			snap := readAll(t, dir)[0]
			text := fmt.Sprint(snap.Errors)
			if !strings.Contains(text, test.want) || !strings.Contains(text, filepath.Join(dir, test.file)+": ") {
				t.Errorf("got %v, want an error with %q and the file's name", text, test.want)
			}
			if snap.Goroutines != nil || snap.Heap != nil || snap.Leaked != nil {
				t.Errorf("something is measured: %+v", snap)
			}
		})
	}
}

func TestDirectoryHuge(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "goroutine", nil, 0)
	if err := os.Truncate(filepath.Join(dir, "goroutine"), endpoint.DefaultMaxBytes+1); err != nil {
		t.Fatal(err)
	}
	if err := readAll(t, dir)[0].Errors[endpoint.Goroutines]; err == nil || !strings.Contains(err.Error(), "it is larger than 64 MB") {
		t.Errorf("got error %v", err)
	}
}

// Small data can be large profiles.
func TestDirectoryManyEntries(t *testing.T) {
	for name, data := range map[string]string{
		"goroutine.pb":  strings.Repeat("\x12\x00", 2<<20+1),
		"goroutine.txt": "goroutine profile: total 9\n" + strings.Repeat("1 @ 0x1\n", 2<<20),
	} {
		dir := t.TempDir()
		write(t, dir, name, []byte(data), 0)
		if err := readAll(t, dir)[0].Errors[endpoint.Goroutines]; err == nil || !strings.Contains(err.Error(), "it has more than 2097152 entries") {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}

func TestDirectoryServices(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b/heap", "a/goroutine", "goroutine", "c/notes.txt", "d/.heap", "e/goroutine.1-0.tmp"} {
		write(t, dir, name, nil, 0)
	}
	got, err := endpoint.Directory(dir).Services()
	if want := []string{"", "a", "b"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestDirectoryErrors(t *testing.T) {
	dir := t.TempDir()
	d := endpoint.Directory(dir)
	if _, err := d.Services(); err == nil || !strings.Contains(err.Error(), dir+": there is no profile in it") {
		t.Errorf("of an empty directory: %v", err)
	}
	for snap, err := range d.Snapshots("") {
		if snap != nil || err == nil || !strings.Contains(err.Error(), "there is no profile in it") {
			t.Errorf("of an empty directory: %v, %v", snap, err)
		}
	}
	if _, err := endpoint.Directory(filepath.Join(dir, "none")).Services(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of none: %v", err)
	}
	write(t, dir, "goroutine-host1-1700000000", nil, 0)
	write(t, dir, "goroutine-host2-1700000000", nil, 0)
	for snap, err := range d.Snapshots("") {
		if snap != nil || err == nil || !strings.Contains(err.Error(), "put the profiles of each service into a folder of its own") {
			t.Errorf("of two services: %v, %v", snap, err)
		}
	}
}

// Files in a directory may be anything.
func FuzzDirectory(f *testing.F) {
	f.Add("goroutine.pb.gz", encoded(f, counts("goroutine", 3)))
	f.Add("goroutine-1700000000", ownProfile(f, "goroutine", 1))
	f.Add("goroutine.txt", []byte("goroutine 5 [select, 2 minutes]:\nmain.f(...)\n\t/a.go:1 +0x1\n"))
	f.Add("goroutineleak", encoded(f, counts("goroutineleak", 3)))
	f.Add("heap", []byte("heap profile: 1: 8 [1: 9] @ heap/2\n1: 8 [1: 8] @ 0x1\n#\t0x1\tmain.f+0x1\t/a.go:1\n"+memStatsText))
	f.Add("20261127T172605Z.snapshot.json", []byte(`{"Time":"2026-11-27T17:26:05Z","Memory":{"NumGC":18446744073709551615},"Errors":{"heap":"none"}}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		dir := t.TempDir()
		if filepath.Base(name) != name || os.WriteFile(filepath.Join(dir, name), data, 0o666) != nil {
			return
		}
		for snap, err := range endpoint.Directory(dir).Snapshots("") {
			if err != nil {
				return
			}
			checkReadable(t, snap)
		}
	})
}

// checkReadable checks that a snapshot says something, and can be written.
func checkReadable(t *testing.T, snap *endpoint.Snapshot) {
	t.Helper()
	if snap.Memory != nil {
		snap.Memory.Pauses(nil)
	}
	for _, p := range []*profile.Profile{snap.Goroutines, snap.Leaked, snap.Heap} {
		if p != nil && p.CheckValid() != nil {
			t.Errorf("a profile is not valid: %v", p.CheckValid())
		}
	}
	snap.Service = "service"
	if err := endpoint.Directory(t.TempDir()).Write(snap); err != nil {
		t.Errorf("it can't be written: %v", err)
	}
}
