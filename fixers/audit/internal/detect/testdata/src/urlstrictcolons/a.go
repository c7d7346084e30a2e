package urlstrictcolons

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
)

func parse(host string, ip net.IP, addr netip.Addr, port int) {
	url.Parse("http://::1/")            // want `refuses the URL: its host has a colon`
	url.Parse("https://localhost:1:2/") // want `refuses the URL: its host has a colon`
	url.Parse("http://[::1]:80/")
	url.Parse("http://user:word@host:80/a:b:c")
	url.Parse("http://host:80")
	url.Parse("mailto:a:b:c")
	http.Get("http://" + host + ":80/")
	http.Get("http://" + ip.String() + ":80/") // want `if this is an IPv6 address`
	http.Get("http://" + net.JoinHostPort(ip.String(), "80") + "/")
	http.NewRequest("GET", fmt.Sprintf("http://%s:%d/", ip, port), nil) // want `if this is an IPv6 address`
	http.NewRequest("GET", fmt.Sprintf("http://[%s]:%d/", ip, port), nil)
	http.Get(fmt.Sprintf("https://%v/", addr)) // want `if this is an IPv6 address`
	http.Get(fmt.Sprintf("https://%s/", host))
}
