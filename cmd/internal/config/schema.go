package config

import _ "embed" // for the schema

// Schema is the JSON Schema of gomend.yaml, for editors. It is made from the
// types in types.go by the tests of this package.
//
//go:embed gomend.schema.json
var Schema string
