package nilcheck

import (
	"net/http"
	"os"
)

type conn struct{ name string }

func dial() (*conn, error) { return nil, nil }

func (c *conn) Close() {}

func uses() error {
	f, err := os.Open("x")
	name := f.Name() // want `f is used before err is checked`
	if err != nil {
		return err
	}
	println(name)
	resp, err := http.Get("x")
	defer resp.Body.Close()
	if err != nil {
		return err
	}
	c, err := dial()
	println(c.name) // want `c is used before err is checked`
	if err != nil {
		return err
	}
	d, err := dial()
	d.Close()
	if err != nil {
		return err
	}
	e, err := dial()
	if err != nil {
		return err
	}
	println(e.name)
	return nil
}
