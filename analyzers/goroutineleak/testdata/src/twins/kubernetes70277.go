package twins

import "time"

// RunKubernetes70277 is mended by a wait that gives its watch a channel of its
// own and closes it on return.
func RunKubernetes70277() {
	go func() {
		storm := make(chan struct{})
		defer close(storm)
		look := lookout(100*time.Microsecond, 8*time.Millisecond)
		var over <-chan struct{}
		waitForLand(func(end <-chan struct{}) <-chan struct{} {
			over = end
			return look(end)
		}, func() (bool, error) {
			time.Sleep(10 * time.Microsecond)
			return true, nil
		}, storm)
		<-over
	}()
}

type (
	looking func(end <-chan struct{}) <-chan struct{}
	sighted func() (land bool, err error)
)

func waitForLand(look looking, land sighted, storm <-chan struct{}) error {
	end := make(chan struct{})
	defer close(end)
	looks := look(end)
	for {
		select {
		case _, open := <-looks:
			ok, err := land()
			if err != nil {
				return err
			}
			if ok || !open {
				return nil
			}
		case <-storm:
			return nil
		}
	}
}

func lookout(interval, watch time.Duration) looking {
	return looking(func(end <-chan struct{}) <-chan struct{} {
		looks := make(chan struct{})
		go func() {
			defer close(looks)

			tick := time.NewTicker(interval)
			defer tick.Stop()

			var relieved <-chan time.Time
			if watch != 0 {
				timer := time.NewTimer(watch)
				relieved = timer.C
				defer timer.Stop()
			}
			for {
				select {
				case <-tick.C:
					select {
					case looks <- struct{}{}:
					default:
					}
				case <-relieved:
					return
				case <-end:
					return
				}
			}
		}()
		return looks
	})
}
