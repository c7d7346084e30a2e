package endpoint_test

import (
	"strings"
	"testing"

	"github.com/gomend/gomend/profiles/endpoint"
)

func TestParseTarget(t *testing.T) {
	for _, test := range []struct{ text, url, name string }{
		{"host:6060", "http://host:6060/debug/pprof", "host_6060"},
		{"http://host:6060", "http://host:6060/debug/pprof", "host_6060"},
		{"http://HOST:6060/", "http://host:6060/debug/pprof", "host_6060"},
		{"host:6060/debug/pprof", "http://host:6060/debug/pprof", "host_6060"},
		{"host:6060/debug/pprof/", "http://host:6060/debug/pprof", "host_6060"},
		{"cart.internal", "http://cart.internal/debug/pprof", "cart.internal_80"},
		{"https://host/debug/pprof/", "https://host/debug/pprof", "host_443-"},
		{"https://host/admin", "https://host/admin/debug/pprof", "host_443_admin-"},
		{"https://host/a%2Fb/debug/pprof/", "https://host/a%2Fb/debug/pprof", "host_443_a_2Fb-"},
		{"[::1]:6060", "http://[::1]:6060/debug/pprof", "___1__6060-"},
	} {
		t.Run(test.text, func(t *testing.T) {
			got, err := endpoint.ParseTarget(test.text)
			if err != nil {
				t.Fatal(err)
			}
			name, hash := got.Name(), strings.HasSuffix(test.name, "-")
			if got.String() != test.url || name != test.name && (!hash || !strings.HasPrefix(name, test.name)) {
				t.Errorf("got %v named %s, want %s named %s", got, name, test.url, test.name)
			}
		})
	}
}

func TestParseTargetErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", "there is no host"},
		{"only a port", ":6060", "write localhost:6060"},
		{"user and password", "http://user:hunter2@host:6060", "give a header"},
		{"user and password without a scheme", "user:hunter2@host:6060", "give a header"},
		{"a password with a slash", "http://user:hunter2/x@host", "not a URL like"},
		{"a query", "http://host:6060/?token=hunter2", "a query"},
		{"a fragment", "http://host:6060/#hunter2", "a fragment"},
		{"another scheme", "ftp://host/hunter2", "only http and https"},
		{"a file", "file:///hunter2", "only http and https"},
		{"a space", "http://ho st/hunter2", "not a URL like"},
		{"a port beyond all", "host:66666", "between 1 and 65535"},
		{"port zero", "host:0", "between 1 and 65535"},
		{"no port after the colon", "http://host:/hunter2", "between 1 and 65535"},
		{"one profile", "http://host/debug/pprof/heap", "it names one profile"},
		{"a path that climbs", "http://host/a/../hunter2", "dotted elements"},
		{"a path of two slashes", "http://host//", "empty or dotted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := endpoint.ParseTarget(test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got error %v, want one with %q and without the text", err, test.want)
			}
		})
	}
}

func TestTargetNamesDiffer(t *testing.T) {
	seen := make(map[string]string)
	for _, text := range []string{
		"host:80", "https://host:80", "host:80/a", "host:80/a_b", "host:80/a/b", "host:80/a-b",
		"a_b:80", "a-b:80", strings.Repeat("a", 200) + ":80", strings.Repeat("a", 201) + ":80",
	} {
		target, err := endpoint.ParseTarget(text)
		if err != nil {
			t.Fatal(err)
		}
		name := target.Name()
		if seen[name] != "" || len(name) > 120 || strings.ContainsAny(name, `/\:%`) {
			t.Errorf("%.20s is named %s, as %.20s is", text, name, seen[name])
		}
		seen[name] = text
	}
}

// A header for authorization goes nowhere where it could be read on the way.
func TestPrivate(t *testing.T) {
	for name, want := range map[string]bool{
		"localhost:6060": true, "127.0.0.1:6060": true, "[::1]:6060": true, "https://cart.internal": true,
		"cart.internal:6060": false, "10.0.0.1:6060": false, "localhost.example:6060": false,
	} {
		target, err := endpoint.ParseTarget(name)
		if err != nil || target.Private() != want {
			t.Errorf("%s: got %v, want %v (%v)", name, target.Private(), want, err)
		}
	}
	target, err := endpoint.ParseTarget("cart.invalid:6060")
	if err != nil {
		t.Fatal(err)
	}
	client := &endpoint.Client{Authorization: "Bearer hunter2"}
	_, err = client.Service(target).Snapshot(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is not sent where others can read it") {
		t.Errorf("got %v", err)
	}
}
