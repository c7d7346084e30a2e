package file // want `asynctimerchan=1` `loopvar false`
