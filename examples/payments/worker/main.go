// Payments-worker settles what the API has taken.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/payments/shared/bus"
	"example.com/payments/shared/config"
	"example.com/payments/shared/payment"
	"example.com/payments/worker/internal/consume"
	"example.com/payments/worker/internal/ledger"
	"example.com/payments/worker/internal/payout"
	"example.com/payments/worker/internal/settle"
)

func main() {
	path := flag.String("config", "worker.json", "configuration `file`")
	journal := flag.String("journal", "journal.jsonl", "journal `file`")
	flag.Parse()

	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *path, *journal, log); err != nil {
		log.Error("stopped", "err", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, configPath, journalPath string, log *slog.Logger) error {
	cfg, err := config.Load(configPath)
	if err != nil {
		return err
	}
	fees, err := payment.LoadFees(cfg.FeesFile)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(journalPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the journal: %w", err)
	}
	defer out.Close()

	books := ledger.New(ledger.NewJournal(out))
	go rotateDaily(ctx, books, journalPath, log)

	receiver := bus.NewReceiver(10_000)
	srv := &http.Server{
		Addr:              cfg.Addr,
		Handler:           receiver,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	go func() {
		<-ctx.Done()
		srv.Close()
	}()
	go func() {
		if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Error("no longer listening", "err", err)
		}
	}()

	saga := payout.New(books, bankLog{log})
	consumer := consume.Consumer{
		Size:  500,
		Quiet: 30 * time.Minute,
		Log:   log,
		Flush: func(ctx context.Context, batch []payment.Event) error {
			payments := make([]payment.Payment, 0, len(batch))
			for _, ev := range batch {
				payments = append(payments, ev.Payment)
			}
			return settle.All(ctx, settle.Sum(payments, fees), cfg.SettleWorkers, saga.Run)
		},
	}
	return consumer.Run(ctx, receiver.Events())
}

// rotateDaily begins a new segment of the journal every day.
func rotateDaily(ctx context.Context, books *ledger.Ledger, path string, log *slog.Logger) {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		select {
		case now := <-daily.C:
			segment, err := os.Create(path + "." + now.Format("20060102"))
			if err != nil {
				log.Error("journal not rotated", "err", err)
				continue
			}
			if err := books.Rotate(segment); err != nil {
				log.Error("journal not rotated", "err", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// bankLog stands for the bank where there is none: it writes what it would
// send.
type bankLog struct{ log *slog.Logger }

func (b bankLog) Send(_ context.Context, merchant string, amount int64) error {
	b.log.Info("sending", "merchant", merchant, "amount", amount)
	return nil
}
