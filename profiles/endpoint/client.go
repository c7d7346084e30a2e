package endpoint

import (
	"cmp"
	"net/http"
	"time"
)

// The limits of a [Client] that sets none.
const (
	// DefaultTimeout leaves time for the collection of a very large heap.
	DefaultTimeout = 30 * time.Second

	// DefaultMaxBytes and DefaultMaxUnpacked are far more than services have: 64 MB
	// is where the runtime itself cuts off dumps of goroutines. What is unpacked
	// takes a multiple while it is read.
	DefaultMaxBytes    = 64 << 20
	DefaultMaxUnpacked = 64 << 20

	// DefaultPause lets a service do its work between two requests.
	DefaultPause = 100 * time.Millisecond
)

// A Client has what requests to services have in common. The zero Client is ready for
// use. A client is not to be changed after its first use.
//
// Redirects are refused, cookies are not kept, and nothing is asked for but profiles.
type Client struct {
	// Timeout is the longest that one request may take until all is read. Zero means
	// [DefaultTimeout].
	Timeout time.Duration

	// MaxBytes and MaxUnpacked are the largest sizes of a response, as it is sent and
	// decompressed. Zero means [DefaultMaxBytes] and [DefaultMaxUnpacked].
	MaxBytes, MaxUnpacked int64

	// Pause is the shortest time from the end of one request to a service to the
	// beginning of the next. Zero means [DefaultPause], and less none.
	Pause time.Duration

	// Authorization is sent as the header of that name, for instance "Bearer …", to
	// each of the client's services, if it is not empty. A target that is not
	// [Target.Private] is not asked then.
	Authorization Secret

	// UserAgent is sent with each request. Empty means "gomend".
	UserAgent string

	// Transport makes the requests. Nil means an http.Transport for each service, which
	// obeys the environment's proxies.
	Transport http.RoundTripper
}

// Service returns the service of a target. All snapshots of a target are to be taken
// by one Service, as it spaces the requests.
func (c *Client) Service(t Target) *Service {
	return &Service{target: t, client: c, transport: c.transport()}
}

func (c *Client) transport() http.RoundTripper {
	if c.Transport != nil {
		return c.Transport
	}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DisableCompression:     true, // what is unpacked has to be counted
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

func (c *Client) timeout() time.Duration { return cmp.Or(c.Timeout, DefaultTimeout) }

func (c *Client) pause() time.Duration { return cmp.Or(c.Pause, DefaultPause) }

func (c *Client) limits() limits {
	return limits{cmp.Or(c.MaxBytes, DefaultMaxBytes), cmp.Or(c.MaxUnpacked, DefaultMaxUnpacked)}
}
