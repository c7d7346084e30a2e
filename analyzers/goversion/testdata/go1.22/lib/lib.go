package lib // want `asynctimerchan=1` `loopvar true`
