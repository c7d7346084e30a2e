module example.com/payments/worker

go 1.21

require example.com/payments/shared v0.4.0
