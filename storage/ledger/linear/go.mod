module github.com/aimskit/aimskit/storage/ledger/linear

go 1.26.0

require (
	github.com/aimskit/aimskit v0.0.0
	github.com/anishathalye/porcupine v1.3.1
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/tidwall/btree v1.8.2 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace github.com/aimskit/aimskit => ../../..
