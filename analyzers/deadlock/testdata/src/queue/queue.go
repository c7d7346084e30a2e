package queue

type Consumer struct{ next int }

func (c *Consumer) Next() int { return c.next }

type Source interface{ Next() int }

type Log interface{ Fatal(err error) }

func Die(err error) {}
