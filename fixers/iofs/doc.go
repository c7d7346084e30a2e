// Package iofs replaces filepath.Walk by filepath.WalkDir.
//
// filepath.Walk asks the file system about every file that it comes by, one system call
// each, to give its callback an os.FileInfo. Since Go 1.16 (https://go.dev/doc/go1.16#fs)
// filepath.WalkDir gives an fs.DirEntry, which knows what reading the folder told: the
// name and the type. Most callbacks need no more.
//
// # Before
//
//	func sources(root string) ([]string, error) {
//		var names []string
//		err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
//			if err != nil {
//				return err
//			}
//			if info.IsDir() && info.Name() == "vendor" {
//				return filepath.SkipDir
//			}
//			if info.Mode().IsRegular() && filepath.Ext(path) == ".go" {
//				names = append(names, path)
//			}
//			return nil
//		})
//		return names, err
//	}
//
// # After
//
//	func sources(root string) ([]string, error) {
//		var names []string
//		err := filepath.WalkDir(root, func(path string, info os.DirEntry, err error) error {
//			if err != nil {
//				return err
//			}
//			if info.IsDir() && info.Name() == "vendor" {
//				return filepath.SkipDir
//			}
//			if info.Type().IsRegular() && filepath.Ext(path) == ".go" {
//				names = append(names, path)
//			}
//			return nil
//		})
//		return names, err
//	}
//
// # Precondition
//
// Both take the root as it is: neither follows it if it is a symbolic link. What differs
// is the order around a folder that can't be read. Walk reads it first, and calls the
// callback once, with the error. WalkDir calls first, as if all were well, and calls again
// with the error if reading fails.
//
// walkdir: the callback begins with an if statement that returns the error, alone or
// wrapped, so that the walk ends there; and for folders it does nothing but return. Then
// a first call for a folder changes nothing. Of the info, only Name, IsDir and the type
// bits of Mode are asked for, or whether it is nil. What differs nevertheless is what the
// change is for: files whose details can't be had, or that are removed meanwhile, are an
// error for Walk and an entry for WalkDir, and a folder that is skipped is not read.
//
// walkdir-errors, a suggestion: the info is used as above, but the callback does
// something for folders, or goes on after an error. A folder that can't be read is then
// listed, counted or made though it was not before.
//
// The callback is a function literal, or a function or variable that nothing else in the
// folder names, whatever the platform, tests included, and that is not exported.
//
// # What is left
//
// walkdir-left: a callback that asks for sizes, times or permissions, or hands the info on;
// WalkDir would need Info, which costs what Walk costs. One that is a method, comes from
// another function or is used elsewhere too. The declarations of os.FileInfo, os.FileMode
// and os.PathError, which are other names for the types of io/fs, are left as well.
package iofs
