package p // want `condition ""` `condition "asynctimerchan=1"`
