package tlsunsafeekm

import "crypto/tls"

func export(c *tls.Conn) {
	state := c.ConnectionState()
	state.ExportKeyingMaterial("label", nil, 32) // want `this fails on a connection`
}
