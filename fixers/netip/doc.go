// Package netip replaces inet.af/netaddr by net/netip.
//
// net/netip is what the standard library made of inet.af/netaddr in Go 1.18
// (https://go.dev/doc/go1.18#netip), which has been archived since: types and functions have
// other names, and most do the same.
//
// # Before
//
//	import "inet.af/netaddr"
//
//	type rule struct {
//		from netaddr.IPPrefix
//		to   netaddr.IPPort
//	}
//
//	func parse(from, to string) (r rule, err error) {
//		if r.from, err = netaddr.ParseIPPrefix(from); err != nil {
//			return rule{}, err
//		}
//		r.to, err = netaddr.ParseIPPort(to)
//		return r, err
//	}
//
//	func (r rule) applies(ip netaddr.IP) bool {
//		return !ip.IsZero() && r.from.Contains(ip) && r.from.IP().Is4() == ip.Is4()
//	}
//
// # After
//
//	import "net/netip"
//
//	type rule struct {
//		from netip.Prefix
//		to   netip.AddrPort
//	}
//
//	func parse(from, to string) (r rule, err error) {
//		if r.from, err = netip.ParsePrefix(from); err != nil {
//			return rule{}, err
//		}
//		r.to, err = netip.ParseAddrPort(to)
//		return r, err
//	}
//
//	func (r rule) applies(ip netip.Addr) bool {
//		return ip.IsValid() && r.from.Contains(ip) && r.from.Addr().Is4() == ip.Is4()
//	}
//
// # Precondition
//
// package, a suggestion: all files of a package change at once. All that they use of
// inet.af/netaddr has a counterpart in net/netip with the same types, no exported function,
// type or variable of the package has its types, unless the package is a command, and it uses
// no other package's that has.
//
// Most of it does the same: addresses are compared, sorted, masked and found in prefixes as
// before. These differ. The texts of what is not valid: "zero IP" is "invalid IP". Addresses
// like ::ffff:1.2.3.4 are written like that, not as ::ffff:102:304. Leading zeros, as in
// 01.2.3.4 and /08, and a sign, as in /+8, are errors when they are parsed. ::ffff:0.0.0.0 is
// no global unicast address. A prefix that is not valid has -1 bits, and a text of no bytes.
//
// # What is left
//
// left: a package that uses IPRange, IPSet or IPSetBuilder, which are in go4.org/netipx; the
// conversions from and to package net, of which FromStdIP makes IPv4 addresses of mapped
// ones, which netip.AddrFromSlice does not; WithIP and WithPort; IsZero of prefixes and ports,
// which is not the opposite of IsValid; and bits that are more than compared with a constant
// or converted to an int, as they are of the type uint8 there and int here.
package netip
