package endpoint

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// root is where package net/http/pprof serves profiles.
const root = "/debug/pprof"

// A Target is the place of a service's profiles. The zero Target is none.
type Target struct {
	base string // the URL without a slash at the end
	name string
}

// ParseTarget returns the target that a user names: "host:6060" or
// "http://host:6060", with https, too; behind a path as in "https://host/admin"; and
// up to the profiles as in "https://host/admin/debug/pprof/". User names, passwords,
// queries and fragments are errors, and errors show nothing of the text, as it may
// hold secrets.
func ParseTarget(text string) (Target, error) {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return Target{}, errors.New("it is not a URL like http://host:6060")
	}
	if err := check(u); err != nil {
		return Target{}, err
	}
	prefix := strings.TrimSuffix(strings.TrimSuffix(u.EscapedPath(), "/"), root)
	return newTarget(u.Scheme, strings.ToLower(u.Host), prefix), nil
}

// check returns what keeps a URL from being a target.
func check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return errors.New("only http and https can be asked")
	case u.User != nil:
		return errors.New("a user name or password does not belong into a URL: leave it out, and give a header for authorization")
	case u.RawQuery != "" || u.ForceQuery:
		return errors.New("a query does not belong to a service: leave out the question mark and what follows")
	case u.Fragment != "":
		return errors.New("a fragment does not belong to a service: leave out the number sign and what follows")
	case u.Hostname() == "":
		return errors.New("there is no host in it: write localhost:6060 for this machine")
	case !validPort(u):
		return errors.New("the port has to be between 1 and 65535")
	case strings.Contains(u.Path, root+"/") && !strings.HasSuffix(u.Path, root+"/"):
		return fmt.Errorf("it names one profile: leave out what follows %s", root)
	case !cleanPath(u.Path):
		return errors.New("its path has empty or dotted elements")
	}
	return nil
}

// cleanPath reports whether a path has no empty or dotted elements, but for a slash at
// its end.
func cleanPath(p string) bool {
	below := strings.TrimSuffix(p, "/") + "/x"
	return path.Clean(below) == below
}

func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0
}

func newTarget(scheme, host, prefix string) Target {
	base := scheme + "://" + host + prefix + root
	name := host
	if _, _, err := net.SplitHostPort(host); err != nil {
		name += map[string]string{"http": ":80", "https": ":443"}[scheme]
	}
	plain := safe(name)
	if scheme == "http" && prefix == "" && strings.Count(plain, "_") == 1 && len(plain) <= maxName {
		return Target{base, plain}
	}
	plain = safe(name + prefix)
	return Target{base, fmt.Sprintf("%.*s-%.4x", maxName, plain, sha256.Sum256([]byte(base)))}
}

// maxName is how many bytes of a target's name are legible, at most.
const maxName = 100

// safe returns the text with a low line for all that may be special in file names.
func safe(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '-':
			return r
		}
		return '_'
	}, text)
}

// Name returns a name for the files of the target: host and port, as in
// "cart.internal_6060", and whatever else it takes for no two to have the same name,
// for other schemes and paths a part of a hash.
func (t Target) Name() string { return t.name }

// String returns the URL below which the profiles are.
func (t Target) String() string { return t.base }

// Private reports whether nobody on the way can read what is sent to the target: it is
// asked by https, or is on this machine.
func (t Target) Private() bool {
	u, err := url.Parse(t.base)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
