package p // want `condition ""` `condition "asynctimerchan=1"` `condition "asynctimerchan=0"` `condition "nosuchsetting=1"`
