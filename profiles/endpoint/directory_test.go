package endpoint_test

import (
	"errors"
	"fmt"
	"net/http/pprof"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/goroutine"
)

// What is written is read back, and nothing of it is secret.
func TestDirectory(t *testing.T) {
	holdHere(t, 3, "alice")
	client := &endpoint.Client{Pause: -1, Authorization: "Bearer hunter2"}
	service, _ := serveTo(t, client, pprof.Index)
	want, err := service.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want.Waits, err = service.Waits(t.Context(), func(g *goroutine.Goroutine) bool {
		return strings.HasSuffix(g.Created.Func, "endpoint_test.holdHere")
	})
	want.Errors[endpoint.Waits] = errors.New("cut off")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := endpoint.Directory(dir).Write(want); err != nil {
		t.Fatal(err)
	}
	got := readAll(t, dir)[0]
	if got.Service != want.Service || !got.Time.Equal(want.Time) || got.Source != endpoint.FromName || !reflect.DeepEqual(got.Took, want.Took) {
		t.Errorf("got %s at %v (%s) after %v, want %s at %v after %v", got.Service, got.Time, got.Source, got.Took, want.Service, want.Time, want.Took)
	}
	if got.Goroutines.String() != want.Goroutines.String() || got.Heap.String() != want.Heap.String() || (got.Leaked == nil) != (want.Leaked == nil) {
		t.Error("the profiles are not those that were written")
	}
	if *got.Memory != *want.Memory || !reflect.DeepEqual(got.Waits, want.Waits) || !reflect.DeepEqual(got.Absent, want.Absent) || fmt.Sprint(got.Errors) != fmt.Sprint(want.Errors) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	checkFiles(t, filepath.Join(dir, want.Service), want)
	if err := endpoint.Directory(dir).Write(want); err == nil || !strings.Contains(err.Error(), "there is a snapshot of that second") {
		t.Errorf("it can be written twice: %v", err)
	}
}

// checkFiles checks that a folder has the files of a snapshot and no secret.
func checkFiles(t *testing.T, folder string, snap *endpoint.Snapshot) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if p, err := profile.ParseData(data); err == nil {
			text = p.String()
		}
		for _, secret := range []string{"alice", "hunter2", os.Args[0]} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %s in it", e.Name(), secret)
			}
		}
	}
	stamp := snap.Time.Format("20060102T150405Z")
	want := []string{stamp + ".goroutine.pb.gz", stamp + ".heap.pb.gz", stamp + ".snapshot.json"}
	if snap.Leaked != nil {
		want = slices.Insert(want, 1, stamp+".goroutineleak.pb.gz")
	}
	if !slices.Equal(names, want) {
		t.Errorf("got files %q, want %q", names, want)
	}
}

func TestDirectoryWriteRefusesNames(t *testing.T) {
	for _, name := range []string{"", ".", "..", ".hidden", "a/b", `a\b`, "a:b"} {
		if err := endpoint.Directory(t.TempDir()).Write(&endpoint.Snapshot{Service: name}); err == nil {
			t.Errorf("%q is a folder's name", name)
		}
	}
}
