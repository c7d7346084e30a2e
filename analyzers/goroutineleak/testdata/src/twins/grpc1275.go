package twins

import (
	"io"
	"time"
)

// RunGrpc1275 is mended by an exchange that, when it ends a call, closes the
// channel on which the listener waits.
func RunGrpc1275() {
	go func() {
		listenAndHangUp()
	}()
}

func listenAndHangUp() {
	x := &exchange{}
	c := x.connect()
	heard := make(chan bool)
	go func() {
		defer close(heard)
		c.listen([]byte{1})
	}()
	x.hangUp(c)
	patience := time.NewTimer(100 * time.Microsecond)
	defer patience.Stop()
	select {
	case <-heard:
	case <-patience.C:
	}
}

type earpiece struct {
	words chan bool
}

func (e *earpiece) hear() <-chan bool { return e.words }

type handset struct {
	earpiece *earpiece
}

func (h *handset) Read([]byte) (int, error) {
	select {
	case _, ok := <-h.earpiece.hear():
		if !ok {
			return 0, io.EOF
		}
	}
	return 0, nil
}

type call struct {
	sound io.Reader
	line  *earpiece
}

func (c *call) listen(p []byte) (int, error) { return io.ReadFull(c.sound, p) }

type exchange struct{}

func (*exchange) connect() *call {
	line := &earpiece{words: make(chan bool)}
	return &call{sound: &handset{line}, line: line}
}

func (*exchange) hangUp(c *call) { close(c.line.words) }
