package leadingzeros

import "net"

var (
	_ = net.ParseIP("127.0.0.01") // want `refuses the address`
	_ = net.ParseIP("127.0.0.1")
	_ = net.ParseIP("2001:db8::01")
)

func cidr() {
	net.ParseCIDR("010.0.0.0/8") // want `refuses the address`
	net.ParseCIDR("10.0.0.0/08")
}
