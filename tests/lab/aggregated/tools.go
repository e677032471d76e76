//go:build tools

// Package tools pins the aggregated API server that the lab builds and runs.
package tools

import _ "k8s.io/sample-apiserver"
