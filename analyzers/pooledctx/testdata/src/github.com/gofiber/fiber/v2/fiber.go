// Package fiber stands in for the framework: the names that the tests use.
package fiber

type Config struct{ Immutable bool }

type App struct{}

func New(...Config) *App { return &App{} }

type Ctx struct{}

func (c *Ctx) Params(string, ...string) string { return "" }
func (c *Ctx) Query(string, ...string) string  { return "" }
func (c *Ctx) Body() []byte                    { return nil }
func (c *Ctx) SendStatus(int) error            { return nil }
