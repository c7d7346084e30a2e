package lib // want `asynctimerchan=0` `loopvar true`
