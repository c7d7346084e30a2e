package fiberimmutable

import "github.com/gofiber/fiber/v2"

func app() *fiber.App { return fiber.New(fiber.Config{Immutable: true}) }

func lent(c *fiber.Ctx) error {
	name := c.Params("name")
	go println(name)
	return nil
}

func captured(c *fiber.Ctx) error {
	go c.SendStatus(200) // want "a goroutine uses c"
	return nil
}
