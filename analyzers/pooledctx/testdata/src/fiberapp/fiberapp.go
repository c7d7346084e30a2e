package fiberapp

import (
	"bytes"
	"strings"

	"github.com/gofiber/fiber/v2"
)

func captured(c *fiber.Ctx) error {
	go func() { // want "a goroutine uses c"
		c.SendStatus(200)
	}()
	return nil
}

func lent(c *fiber.Ctx) error {
	name := c.Params("name")
	go func() { // want "a goroutine gets memory of the request from c"
		println(name)
	}()
	return nil
}

func lentArgument(c *fiber.Ctx) error {
	go store(c.Body()) // want "a goroutine gets memory of the request from c"
	return nil
}

func store([]byte) {}

func cloned(c *fiber.Ctx) error {
	name, body := strings.Clone(c.Params("name")), bytes.Clone(c.Body())
	go func() { println(name, string(body)) }()
	return nil
}

func converted(c *fiber.Ctx) error {
	body := string(c.Body())
	go func() { println(body) }()
	return nil
}

func trimmed(c *fiber.Ctx) error {
	name := strings.TrimSpace(c.Query("name"))
	go println(name) // want "a goroutine gets memory of the request from c"
	return nil
}

var (
	last  string
	names = map[string]string{}
	queue = make(chan []byte, 10)
)

func global(c *fiber.Ctx) error {
	last = c.Query("name") // want "last keeps memory of the request from c"
	return nil
}

func inMap(c *fiber.Ctx) error {
	names["x"] = c.Query("name") // want "a map keeps memory of the request from c"
	return nil
}

func asKey(c *fiber.Ctx) error {
	names[c.Query("name")] = "" // want "a map keeps memory of the request from c"
	return nil
}

func sent(c *fiber.Ctx) error {
	queue <- c.Body() // want "the receiver of a channel gets memory of the request from c"
	return nil
}

type user struct{ name string }

func (u *user) bind(c *fiber.Ctx) error {
	u.name = c.Query("name") // who has u is not known
	return nil
}
