// Package ioutil replaces the functions of io/ioutil by those of packages io and os.
//
// Package io/ioutil is frozen since Go 1.16 (https://go.dev/doc/go1.16#ioutil): its
// functions call those of io and os, which have the same types and do the same.
// ioutil.ReadDir is the exception. It asks the file system for everything about each
// entry, one system call each; os.ReadDir takes what the folder itself tells, which
// is the names and types, and is the faster the larger the folder is.
//
// The go command's own fix rewrites these calls only in modules whose go line is as
// new as the toolchain, and neither function values nor Discard nor ReadDir at all.
//
// # Before
//
//	func load(dir string, log io.Writer) ([][]byte, error) {
//		infos, err := ioutil.ReadDir(dir)
//		if err != nil {
//			return nil, err
//		}
//		if log == nil {
//			log = ioutil.Discard
//		}
//		var contents [][]byte
//		for _, info := range infos {
//			if info.IsDir() || info.Mode()&os.ModeSymlink != 0 {
//				continue
//			}
//			data, err := ioutil.ReadFile(filepath.Join(dir, info.Name()))
//			if err != nil {
//				return nil, err
//			}
//			fmt.Fprintln(log, info.Name())
//			contents = append(contents, data)
//		}
//		return contents, nil
//	}
//
// # After
//
//	func load(dir string, log io.Writer) ([][]byte, error) {
//		infos, err := os.ReadDir(dir)
//		if err != nil {
//			return nil, err
//		}
//		if log == nil {
//			log = io.Discard
//		}
//		var contents [][]byte
//		for _, info := range infos {
//			if info.IsDir() || info.Type()&os.ModeSymlink != 0 {
//				continue
//			}
//			data, err := os.ReadFile(filepath.Join(dir, info.Name()))
//			if err != nil {
//				return nil, err
//			}
//			fmt.Fprintln(log, info.Name())
//			contents = append(contents, data)
//		}
//		return contents, nil
//	}
//
// # Precondition
//
// move: none. The types are identical, so that function values, arguments and
// assignments go on to compile.
//
// readdir: the slice is made by this call for a variable of its own. It is only
// ranged over, indexed, sliced, sorted by sort.Slice or measured. Of its elements only
// Name, IsDir and the type bits of Mode are asked for. And it is not used after an
// error: what follows is an if statement for the error that leaves, an assertion of a
// test, or a call of a function of the package that ends the program. os.ReadDir returns the entries that it read before an error;
// ioutil.ReadDir returns none. One thing differs nevertheless, and is what the change
// is for: where the folder may be read but its entries not looked at, ioutil.ReadDir
// fails and os.ReadDir does not; and a file that is removed meanwhile is missing from
// the one and may be in the other.
//
// readdir-partial, a suggestion: as above, but the error does not keep the slice from
// being used. A reader has to say whether half a folder is as good as none.
//
// readdir-info, a suggestion: sizes or times are asked for, or the entries go
// elsewhere as []os.FileInfo. The slice is made from each entry's Info in a loop that
// handles errors as those of reading the folder are handled, and passes over files
// that are gone, as ioutil.ReadDir does. Nothing is gained in speed, but io/ioutil is
// gone. Whoever asks for Info later than that, in a loop that does more, meets
// removed files more often: kopia's change of 2021 (pull request 1361) failed backups
// of folders at work (issues 1486 and 1489).
//
// # What is left
//
// readdir-left: a ReadDir whose entries are returned or stored as []os.FileInfo, or
// that is used as a function value, and one whose error is handled by code that can't
// be repeated in a loop (a bare return, break, continue, more than a few statements).
//
// left: io/ioutil imported with a dot, and ioutil.Discard that a program sets.
package ioutil
