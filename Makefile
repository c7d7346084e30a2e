# The repository's chores; `make` alone lists them. Tools come through `go run`
# at the versions named here, so nothing has to be installed.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GOFUMPT := go run mvdan.cc/gofumpt@v0.12.0

# "path directory" of the modules in go.work, then of those in the examples'.
modules = for dir in . examples/*/; do go -C "$$dir" list -m -f '{{.Path}} {{.Dir}}'; done

# The Go files that people write: what stands in testdata is odd on purpose, and the ledger
# is old.
gofiles = git ls-files --cached --others --exclude-standard '*.go' ':!*/testdata/*' ':!examples/ledger/*'

.PHONY: help
help: ## list what there is to make
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: build
build: ## build the commands into bin/
	@CGO_ENABLED=0 go build -o bin/ ./cmd/gomend ./cmd/gomend-fix

.PHONY: check-example
check-example: build ## check the sick service in examples/payments and show what is found
	@status=0; bin/gomend -C examples/payments check || status=$$?; \
	[ $$status -eq 1 ] || { echo "exit code $$status where findings, 1, were expected" >&2; exit 1; }

.PHONY: vuln-example
vuln-example: build ## show what gomend does about a vulnerable dependency, on a copy of examples/payments, offline
	@go run ./internal/tools/vulnexample -gomend bin/gomend

.PHONY: bench-example
bench-example: build ## show what gomend tells of a change that makes a copy of examples/payments slower (three minutes)
	@go run ./internal/tools/benchexample -gomend bin/gomend

.PHONY: test
test: ## run every test of every module under the race detector (make lint runs go vet)
	@failed=; while read -r path dir; do \
		echo "== $$path"; \
		go -C "$$dir" test -race -vet=off ./... || failed+=" $$path"; \
	done < <($(modules)); \
	[ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

.PHONY: lint lint-format lint-vet lint-tidy lint-generated lint-self
lint: lint-format lint-vet lint-tidy lint-generated lint-self ## check formatting, vet, tidiness, generated files, and gomend by gomend

lint-format:
	@echo "== gofumpt"; \
	files=$$($(gofiles) | xargs $(GOFUMPT) -l); \
	[ -z "$$files" ] || { printf 'run make fmt: not formatted are\n%s\n' "$$files" >&2; exit 1; }

lint-vet:
	@echo "== go vet"; go vet work

lint-tidy:
	@echo "== go mod tidy"; go run ./internal/tools/tidy -diff

# The tree may hold other changes, so what counts is that generating adds none.
lint-generated:
	@echo "== go generate"; \
	state() { git status --porcelain; git diff; }; \
	before=$$(state); $(MAKE) --no-print-directory generate; \
	diff <(echo "$$before") <(echo "$$(state)") || { echo "commit what make generate wrote" >&2; exit 1; }

lint-self: build
	@echo "== gomend check"; bin/gomend check work

.PHONY: fmt
fmt: ## format the Go files
	@$(gofiles) | xargs $(GOFUMPT) -w

.PHONY: generate
generate: ## write rule pages, fixer pages, command pages and schemas anew
	@go -C analyzers generate ./...
	@go -C fixers generate .
	@go -C cmd generate ./...

.PHONY: tidy
tidy: ## tidy every go.mod, as if the siblings were released
	@go run ./internal/tools/tidy

.PHONY: release-check
release-check: ## rehearse a release: pack, tidy, build, install and run from a file-system proxy
	@go run ./internal/tools/releasecheck

.PHONY: bench
bench: build ## measure speed and memory beside go vet: CHECKOUT=DIR EDIT=FILE of a large code base [GOLANGCI_LINT=PROGRAM] [STATICCHECK=PROGRAM]
	@[ -n "$(CHECKOUT)" ] && [ -n "$(EDIT)" ] || { echo "usage: make bench CHECKOUT=DIR EDIT=FILE [GOLANGCI_LINT=PROGRAM] [STATICCHECK=PROGRAM]" >&2; exit 2; }
	@go run ./cmd/internal/bench/speed -gomend bin/gomend -checkout "$(CHECKOUT)" -edit "$(EDIT)" \
		-golangci-lint "$(GOLANGCI_LINT)" -staticcheck "$(STATICCHECK)"

.PHONY: bench-affected
bench-affected: ## measure gomend work affected on a history: CHECKOUT=DIR [COMMITS=300] [CHECK=20]
	@[ -n "$(CHECKOUT)" ] || { echo 'usage: make bench-affected CHECKOUT=DIR [COMMITS=300] [CHECK=20]' >&2; exit 2; }
	@go run ./cmd/internal/bench/affected -checkout "$(CHECKOUT)" -commits "$(or $(COMMITS),300)" -check "$(or $(CHECK),20)"

.PHONY: bench-rename
bench-rename: ## measure gomend work rename: GOPLS=FILE, or CHECKOUT=DIR [SYMBOLS=20] [SEED=1]
	@[ -n "$(GOPLS)$(CHECKOUT)" ] || { echo 'usage: make bench-rename GOPLS=FILE, or CHECKOUT=DIR [SYMBOLS=20] [SEED=1]' >&2; exit 2; }
	@go run ./cmd/internal/bench/rename -gopls "$(GOPLS)" -checkout "$(CHECKOUT)" -symbols "$(or $(SYMBOLS),20)" -seed "$(or $(SEED),1)"

.PHONY: bench-upgrade
bench-upgrade: build ## measure gomend upgrade on code bases of old Go versions: CHECKOUTS=DIR [TO=1.22] [ONLY=NAME,NAME]
	@[ -n "$(CHECKOUTS)" ] || { echo 'usage: make bench-upgrade CHECKOUTS=DIR [TO=1.22] [ONLY=NAME,NAME]' >&2; exit 2; }
	@go run ./cmd/internal/bench/upgrade -gomend bin/gomend -checkouts "$(CHECKOUTS)" -to "$(or $(TO),1.22)" -only "$(ONLY)"

.PHONY: bench-vuln
bench-vuln: build ## measure gomend vuln beside govulncheck: CHECKOUTS=DIR DB=DIR [ONLY=NAME,NAME]
	@[ -n "$(CHECKOUTS)" ] && [ -n "$(DB)" ] || { echo 'usage: make bench-vuln CHECKOUTS=DIR DB=DIR [ONLY=NAME,NAME]' >&2; exit 2; }
	@go run ./cmd/internal/bench/vuln -gomend bin/gomend -checkouts "$(CHECKOUTS)" -db "$(DB)" -only "$(ONLY)"

.PHONY: bench-remedy
bench-remedy: build ## measure gomend vuln fix on copies: CHECKOUTS=DIR DB=DATABASE [ONLY=NAME,NAME] [LEVEL=imported] [FLAGS=...]
	@[ -n "$(CHECKOUTS)" ] && [ -n "$(DB)" ] || { echo 'usage: make bench-remedy CHECKOUTS=DIR DB=DATABASE [ONLY=NAME,NAME] [LEVEL=imported] [FLAGS=...]' >&2; exit 2; }
	@go run ./cmd/internal/bench/remedy -gomend bin/gomend -checkouts "$(CHECKOUTS)" -db "$(DB)" -only "$(ONLY)" -level "$(or $(LEVEL),called)" -flags "$(FLAGS)"

.PHONY: bench-profile-bench
bench-profile-bench: build ## measure gomend profile bench on past commits: REPOSITORY=DIR [COMMITS=10] [BELOW=DIR] [FLAGS=...]
	@[ -n "$(REPOSITORY)" ] || { echo 'usage: make bench-profile-bench REPOSITORY=DIR [COMMITS=10] [BELOW=DIR] [FLAGS=...]' >&2; exit 2; }
	@go run ./cmd/internal/bench/profilebench -gomend bin/gomend -repository "$(REPOSITORY)" -commits "$(or $(COMMITS),10)" -below "$(or $(BELOW),.)" -flags "$(FLAGS)"

.PHONY: bench-profile-diff
bench-profile-diff: build ## measure gomend profile diff beside go tool pprof: BASE=PROFILE HEAD=PROFILE
	@[ -n "$(BASE)" ] && [ -n "$(HEAD)" ] || { echo 'usage: make bench-profile-diff BASE=PROFILE HEAD=PROFILE' >&2; exit 2; }
	@go run ./cmd/internal/bench/profilediff -gomend "$(CURDIR)/bin/gomend" -base "$(abspath $(BASE))" -head "$(abspath $(HEAD))"

.PHONY: bench-leaks bench-watch
bench-leaks: ## measure gomend leaks test beside go test: CHECKOUT=DIR [WORKSHEET=FILE] [PACKAGES="..."]
	@[ -n "$(CHECKOUT)" ] || { echo 'usage: make bench-leaks CHECKOUT=DIR [WORKSHEET=FILE] [PACKAGES="./... -- -short"]' >&2; exit 2; }
	@go run ./cmd/internal/bench/leaks -checkout "$(CHECKOUT)" -worksheet "$(WORKSHEET)" -- $(PACKAGES)

bench-watch: ## measure gomend leaks watch on examples/payments, ill and well
	@go run ./cmd/internal/bench/watch

.PHONY: bench-analyzers
bench-analyzers: build ## measure the rules on GoKer, and on the repositories below CHECKOUTS=DIR
	@go run ./cmd/internal/bench/goker -gomend bin/gomend | tee docs/precision/goker.txt
	@[ -z "$(CHECKOUTS)" ] || go run ./cmd/internal/bench/precision -gomend bin/gomend -checkouts "$(CHECKOUTS)"
	@go run ./cmd/internal/bench/precision -report docs/precision.md
