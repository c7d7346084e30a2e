package decoratemappings

import "os"

func maps() {
	os.ReadFile("/proc/self/maps") // want `mappings of the Go runtime have names`
	os.ReadFile("/proc/self/stat")
	os.ReadFile("/proc/self/" + "smaps" + "x")
}
