package main

// Run is for external tests.
var Run = run
