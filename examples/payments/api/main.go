// Payments-api takes payments from merchants.
package main

import (
	"context"
	"flag"
	"log/slog"
	"net/http"
	_ "net/http/pprof"
	"os"

	"example.com/payments/api/internal/acquirer"
	"example.com/payments/api/internal/fraud"
	"example.com/payments/api/internal/httpapi"
	"example.com/payments/shared/bus"
	"example.com/payments/shared/config"
)

func main() {
	path := flag.String("config", "api.json", "configuration `file`")
	flag.Parse()

	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := run(context.Background(), *path, log); err != nil {
		log.Error("stopped", "err", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, path string, log *slog.Logger) error {
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	bank, err := acquirer.Dial(ctx, cfg.AcquirerAddr)
	if err != nil {
		return err
	}
	defer bank.Close()

	server := httpapi.New(
		bank,
		fraud.New(cfg.FraudURL, cfg.FraudTimeoutMs),
		bus.NewPublisher(cfg.WorkerURL),
		cfg.IdempotencyKeys,
		log,
	)
	server.Register(http.DefaultServeMux)
	log.Info("listening", "addr", cfg.Addr)
	return http.ListenAndServe(cfg.Addr, nil)
}
