package payment

import (
	"os"
	"path/filepath"
	"testing"
)

func TestValidate(t *testing.T) {
	valid := Payment{Merchant: "m-1", Amount: 1250, Currency: "EUR"}
	if err := valid.Validate(); err != nil {
		t.Errorf("a complete payment is refused: %v", err)
	}
	for name, p := range map[string]Payment{
		"no merchant":     {Amount: 1250, Currency: "EUR"},
		"nothing to pay":  {Merchant: "m-1", Currency: "EUR"},
		"unknown money":   {Merchant: "m-1", Amount: 1250, Currency: "Euro"},
		"negative amount": {Merchant: "m-1", Amount: -1, Currency: "EUR"},
	} {
		if p.Validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestFees(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fees.txt")
	if err := os.WriteFile(path, []byte("# basis points\nEUR 145\n\nUSD 290\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fees, err := LoadFees(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := fees.Of(Payment{Amount: 10_000, Currency: "EUR"}); got != 145 {
		t.Errorf("fee on 100.00 EUR is %d, want 145", got)
	}
}

func TestFeesMalformed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fees.txt")
	if err := os.WriteFile(path, []byte("EUR one percent\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadFees(path); err == nil {
		t.Error("a malformed table is accepted")
	}
}
