package winreadlinkvolume

import (
	"io/fs"
	"os"
	"path/filepath"
)

func links(info fs.FileInfo) {
	os.Readlink("x")                     // want `may be a volume`
	filepath.EvalSymlinks("x")           // want `mount points are not followed`
	if info.Mode()&os.ModeSymlink != 0 { // want `mount points do not have this bit`
		return
	}
	if info.Mode()&fs.ModeDir != 0 {
		return
	}
}
