//go:build tools

// Package tools pins Helm, which the lab builds and runs beside kx.
package tools

import (
	_ "helm.sh/helm/v3/cmd/helm"
)
