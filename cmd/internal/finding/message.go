package finding

import (
	"path"
	"strings"
	"unicode/utf8"
)

// volatile stands in a normalised message for what was left out.
const volatile = "#"

// messageKey returns a message without what may change while the defect stays:
// numbers, positions, names of files, spacing. Digits within a name, and import
// paths, are part of what is said.
func messageKey(message string) string {
	words := strings.Fields(message)
	for i, w := range words {
		words[i] = wordKey(w)
	}
	return strings.Join(words, " ")
}

func wordKey(word string) string {
	core := strings.Trim(word, "\"'`()[]{},;.:!?")
	if isFileName(core) {
		return strings.Replace(word, core, volatile, 1)
	}
	return dropNumbers(word)
}

// isFileName reports whether a word names a file, or a position in one. An
// import path does not: it says what the message is about.
func isFileName(word string) bool {
	if strings.HasPrefix(word, "/") || strings.HasPrefix(word, "./") ||
		strings.HasPrefix(word, "../") || strings.Contains(word, `\`) {
		return true
	}
	name, _, _ := strings.Cut(word, ":")
	switch base := path.Base(name); base {
	case "go.mod", "go.work":
		return true
	default:
		return strings.HasSuffix(base, ".go") && base != ".go"
	}
}

// dropNumbers replaces each number that is not part of a name, as in "5s",
// "1.22" or "500,000".
func dropNumbers(word string) string {
	var b strings.Builder
	inName := false
	for i := 0; i < len(word); {
		if isDigit(word[i]) && !inName {
			b.WriteString(volatile)
			i = numberEnd(word, i)
			continue
		}
		r, size := utf8.DecodeRuneInString(word[i:])
		inName = isNamePart(r)
		b.WriteString(word[i : i+size])
		i += size
	}
	return b.String()
}

// numberEnd returns where the number that begins at i ends. Points, commas and
// underscores belong to it if digits follow.
func numberEnd(s string, i int) int {
	for i < len(s) {
		switch {
		case isDigit(s[i]):
			i++
		case strings.IndexByte(".,_", s[i]) >= 0 && i+1 < len(s) && isDigit(s[i+1]):
			i += 2
		default:
			return i
		}
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isNamePart(r rune) bool {
	return r == '_' || r >= utf8.RuneSelf ||
		'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}
