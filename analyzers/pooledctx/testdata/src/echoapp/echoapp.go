package echoapp

import "github.com/labstack/echo/v4"

func captured(c echo.Context) error {
	go func() { // want "a goroutine uses c and may still run when the handler has returned: .*; take what it needs from c before, or wait for it"
		c.JSON(200, nil)
	}()
	return nil
}

func values(c echo.Context) error {
	id, host := c.Param("id"), c.Request().Host
	go func() { println(id, host) }()
	return nil
}

type custom struct {
	echo.Context
	user string
}

func wrapped(c echo.Context) error {
	cc := &custom{Context: c}
	go cc.work() // want "a goroutine uses what holds c"
	return nil
}

func (c *custom) work() {}
