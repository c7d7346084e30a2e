// Package cobra stands for the library of that name.
package cobra

type Command struct {
	RunE func(cmd *Command, args []string) error
}

func (c *Command) Execute() error { return c.RunE(c, nil) }
