module firedrill.local/toolchain/grafana

go 1.25.0

// The rest is pinned by Grafana's own go.mod and go.sum, which its hash in our go.sum covers.
require github.com/grafana/grafana v1.9.2-0.20230609164553-81d85ce8028d // indirect
