// Package osroot opens files whose names come from requests within their folder.
//
// A name from a request that begins with ".." leads out of the folder that it is joined to,
// and so does a symbolic link in there. os.OpenInRoot opens what lies in the folder and
// nothing else (https://go.dev/doc/go1.24#directory-limited-filesystem-access), whoever moves
// links meanwhile.
//
// # Before
//
//	func download(w http.ResponseWriter, r *http.Request) {
//		f, err := os.Open(filepath.Join("files", r.PathValue("name")))
//		if err != nil {
//			http.NotFound(w, r)
//			return
//		}
//		defer f.Close()
//		io.Copy(w, f)
//	}
//
// # After
//
//	func download(w http.ResponseWriter, r *http.Request) {
//		f, err := os.OpenInRoot("files", r.PathValue("name"))
//		if err != nil {
//			http.NotFound(w, r)
//			return
//		}
//		defer f.Close()
//		io.Copy(w, f)
//	}
//
// # Precondition
//
// open, a suggestion: os.Open gets the result of filepath.Join with a folder and a name, and
// the name is what a request of net/http, gorilla/mux, chi, gin or echo says: a part of its
// path, of its query, of a form or of its header. Or it is a variable that is set to that
// once, and looked at by nothing of path/filepath or strings that may be a check.
//
// The same files are opened but for those that are elsewhere. It is an error now if the name
// is empty, or begins with a slash; if a symbolic link on the way leads out of the folder, or
// is absolute; and if a folder on the way does not exist, even if ".." follows it.
//
// # What is left
//
// Names that were cleaned or looked at are not reported, nor are names from elsewhere.
package osroot
