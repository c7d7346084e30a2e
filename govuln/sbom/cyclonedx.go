package sbom

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
	"github.com/package-url/packageurl-go"

	"github.com/gomend/gomend/govuln/osv"
)

// A Format is how a document is written.
type Format string

// The formats.
const (
	JSON Format = "json"
	XML  Format = "xml"
)

// spec is the version of CycloneDX that documents have: the newest one that scanners commonly
// read.
const spec = cyclonedx.SpecVersion1_6

// Write writes the bill as a CycloneDX document.
func (b *Bill) Write(w io.Writer, f Format) error {
	doc, err := b.document()
	if err != nil {
		return err
	}
	format := cyclonedx.BOMFileFormatJSON
	if f == XML {
		format = cyclonedx.BOMFileFormatXML
	}
	return cyclonedx.NewBOMEncoder(w, format).SetPretty(true).SetEscapeHTML(false).EncodeVersion(doc, spec)
}

// PURL returns the package URL of a component (https://github.com/package-url/purl-spec): that
// of the module, of a program with the main package's directory in it as the subpath.
func (c *Component) PURL() string {
	version := c.Version
	if c.Path == osv.Stdlib {
		version = strings.TrimPrefix(osv.ToGo(c.Version), "go") // as scanners have it
	}
	module := c.Module
	if module == "" {
		return "" // a whole code base is no package
	}
	below := strings.TrimPrefix(strings.TrimPrefix(c.Path, module), "/")
	dir, name := path.Split(module)
	return packageurl.NewPackageURL(packageurl.TypeGolang, strings.TrimSuffix(dir, "/"), name, version, nil, below).ToString()
}

func (b *Bill) document() (*cyclonedx.BOM, error) {
	doc := cyclonedx.NewBOM()
	product := b.component(b.Product)
	product.Type = cyclonedx.ComponentTypeApplication
	if b.Scope == Module {
		product.Type = cyclonedx.ComponentTypeLibrary
	}
	product.Scope = ""
	doc.Metadata = &cyclonedx.Metadata{
		Component: &product,
		Tools: &cyclonedx.ToolsChoice{Components: &[]cyclonedx.Component{{
			Type: cyclonedx.ComponentTypeApplication, Name: "gomend", Version: b.Gomend,
		}}},
		Properties: b.properties(),
	}
	if !b.Time.IsZero() {
		doc.Metadata.Timestamp = b.Time.UTC().Format(time.RFC3339)
	}
	components, dependencies := []cyclonedx.Component{}, []cyclonedx.Dependency{b.dependency(b.Product)}
	for _, c := range b.Components {
		components = append(components, b.component(c))
		dependencies = append(dependencies, b.dependency(c))
	}
	doc.Components, doc.Dependencies = &components, &dependencies
	content, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	doc.SerialNumber = uuid.NewSHA1(uuid.NameSpaceURL, content).URN()
	return doc, nil
}

// properties tell what is built, and how.
func (b *Bill) properties() *[]cyclonedx.Property {
	cgo := "0"
	if b.Cgo {
		cgo = "1"
	}
	all := []cyclonedx.Property{
		{Name: "gomend:scope", Value: string(b.Scope)},
		{Name: "gomend:view", Value: string(b.View)},
		{Name: "gomend:GOOS", Value: b.Platform.OS},
		{Name: "gomend:GOARCH", Value: b.Platform.Arch},
		{Name: "gomend:CGO_ENABLED", Value: cgo},
		{Name: "gomend:go", Value: b.Go},
	}
	if len(b.Tags) > 0 {
		all = append(all, cyclonedx.Property{Name: "gomend:tags", Value: strings.Join(b.Tags, ",")})
	}
	return &all
}

// ref names a component in the document.
func ref(c *Component) string {
	if c.Module == "" {
		return c.Path
	}
	name := c.PURL()
	if c.Replaces != nil {
		name += "?replaces=" + c.Replaces.Path
	}
	return name
}

func (b *Bill) dependency(c *Component) cyclonedx.Dependency {
	uses := []string{}
	for _, used := range c.Uses {
		uses = append(uses, ref(used))
	}
	return cyclonedx.Dependency{Ref: ref(c), Dependencies: &uses}
}

func (b *Bill) component(c *Component) cyclonedx.Component {
	out := cyclonedx.Component{
		BOMRef: ref(c), Type: cyclonedx.ComponentTypeLibrary, Name: c.Path, Version: c.Version,
		Scope: cyclonedx.ScopeRequired, PackageURL: c.PURL(),
	}
	if c.Path == osv.Stdlib {
		out.Version = strings.TrimPrefix(osv.ToGo(c.Version), "go")
	}
	if sum, ok := sha256Of(c.Sum); ok {
		out.Hashes = &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: sum}}
	}
	var properties []cyclonedx.Property
	if c.Sum != "" {
		properties = append(properties, cyclonedx.Property{Name: "gomend:h1", Value: c.Sum})
	}
	if c.Own && c != b.Product {
		properties = append(properties, cyclonedx.Property{Name: "gomend:own", Value: "true"})
	}
	if c.Directory {
		properties = append(properties, cyclonedx.Property{Name: "gomend:directory", Value: "true"})
	}
	if c.Path != osv.Stdlib {
		for _, p := range c.Packages {
			properties = append(properties, cyclonedx.Property{Name: "gomend:package", Value: p})
		}
	}
	if len(properties) > 0 {
		out.Properties = &properties
	}
	if r := c.Replaces; r != nil {
		original := &Component{Path: r.Path, Module: r.Path, Version: r.Version}
		out.Pedigree = &cyclonedx.Pedigree{
			Ancestors: &[]cyclonedx.Component{{Type: cyclonedx.ComponentTypeLibrary, Name: r.Path, Version: r.Version, PackageURL: original.PURL()}},
			Notes:     fmt.Sprintf("a replace line puts it in the place of %s", strings.TrimSuffix(r.String(), "@")),
		}
	}
	return out
}

// sha256Of returns the hash in a line of go.sum, in hexadecimal. It is of the list of the
// module's files with their hashes (https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash).
func sha256Of(sum string) (string, bool) {
	encoded, ok := strings.CutPrefix(sum, "h1:")
	if !ok {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", false
	}
	return hex.EncodeToString(raw), true
}
