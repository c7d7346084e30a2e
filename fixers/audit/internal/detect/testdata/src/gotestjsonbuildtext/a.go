package gotestjsonbuildtext

import "os/exec"

func run() {
	exec.Command("go", "test", "-json", "./...") // want `build-output and build-fail`
	exec.Command("go", "test", "./...")
	exec.Command("go", "list", "-json", "./...")
}
