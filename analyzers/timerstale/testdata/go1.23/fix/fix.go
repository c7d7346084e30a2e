// Package fix holds the drains that can be removed.
package fix

import "time"

func beforeReset(t *time.Timer, d time.Duration) {
	if !t.Stop() {
		<-t.C // want `needless`
	}
	t.Reset(d)
}

func beforeResetSelect(t *time.Timer, d time.Duration) {
	if !t.Stop() {
		select { // want `needless`
		case <-t.C:
		default:
		}
	}
	// Start again.
	t.Reset(d)
}

func withoutReset(t *time.Timer) {
	if !t.Stop() {
		<-t.C // want `needless`
	}
}

func withInit(t *time.Timer) {
	if ok := t.Stop(); !ok {
		<-t.C // want `needless`
	}
}

func bareSelect(t *time.Timer, d time.Duration) {
	t.Stop()
	select { // want `needless`
	case <-t.C:
	default:
	}
	t.Reset(d)
}
