module example.com/payments/shared

go 1.21
