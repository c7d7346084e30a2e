// Package config reads the settings of a service.
package config

import (
	"encoding/json"
	"fmt"
	"os"
)

// A Config is what an operator sets. Zero values are replaced by defaults.
type Config struct {
	Addr         string `json:"addr"`
	WorkerURL    string `json:"worker_url"`
	AcquirerAddr string `json:"acquirer_addr"`
	FeesFile     string `json:"fees_file"`

	FraudURL       string `json:"fraud_url"`
	FraudTimeoutMs int64  `json:"fraud_timeout_ms"`

	// SettleWorkers is how many merchants are settled at the same time.
	SettleWorkers int `json:"settle_workers"`

	// IdempotencyKeys is how many answers are kept for clients that ask
	// again.
	IdempotencyKeys int `json:"idempotency_keys"`
}

// Load reads the configuration from a JSON file.
func Load(path string) (Config, error) {
	cfg := Config{
		Addr:            ":8080",
		FraudTimeoutMs:  250,
		SettleWorkers:   8,
		IdempotencyKeys: 100_000,
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("reading the configuration: %w", err)
	}
	if err := json.Unmarshal(data, &cfg); err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return cfg, nil
}
