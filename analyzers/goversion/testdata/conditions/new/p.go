package p // want `condition ""` `condition "asynctimerchan=0"`
