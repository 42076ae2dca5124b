# The make targets of Adyton. `make` alone lists them.

CONFIGURATION ?= debug
ADYTON         = .build/$(CONFIGURATION)/adyton
DATA          ?= var/adyton
PORT          ?= 8080
PREFIX        ?= /usr/local

# A release build has the Swift runtime in the program, so that it runs where there is no Swift. On a Mac the system has
# the runtime.
ifeq ($(shell uname -s),Linux)
STATIC_release = --static-swift-stdlib
endif
SWIFT_BUILD    = swift build -c $(CONFIGURATION) $(STATIC_$(CONFIGURATION))

.DEFAULT_GOAL := help
.PHONY: help prepare build demo serve test test-swift test-contract lint format graph bench clean
.PHONY: chaos fuzz soak shake
.PHONY: install uninstall package test-package

help: ## Show this list.
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

prepare: ## Check the machine and get libduckdb.
	@CONFIGURATION=$(CONFIGURATION) scripts/prepare
	@scripts/fetch-duckdb

build: prepare ## Build the program (CONFIGURATION=release for the fast one).
	@echo "Building Adyton ($(CONFIGURATION)); the first time takes some minutes."
	@$(SWIFT_BUILD) --product adyton

demo: build ## Walk through the whole story: from signals and from a customer file to audiences.
	@$(ADYTON) demo

serve: build ## Keep a server running on a sandbox, with all that a client needs and a first query to paste.
	@$(ADYTON) quickstart --data $(DATA) --port $(PORT)
	@exec $(ADYTON) serve --data $(DATA) --port $(PORT)

test: prepare ## Run every test; the slowest and those that failed are named at the end.
	@scripts/test

test-swift: prepare ## Run the Swift tests alone.
	@scripts/s3-server
	@scripts/opendp
	@swift build --build-tests
	@scripts/swift-tests

test-contract: build ## Run the contract alone: a live server against the published API files.
	@scripts/python-tools
	@.venv/bin/python Tests/Contract/contract.py --adyton $(ADYTON)

chaos: build ## Kills and faults under a mixed load, against a model (KILLS=1000, SEED= to repeat).
	@scripts/shake $(ADYTON) chaos $(or $(KILLS),1000) $(SEED)

fuzz: build ## Fuzzed requests and mutated files against a live server (REQUESTS=100000, FILES=10000, SEED=).
	@scripts/shake $(ADYTON) fuzz $(or $(REQUESTS),100000) $(or $(FILES),10000) $(SEED)

soak: build ## Simulated weeks of many instances (WEEKS=8, INSTANCES=50, SEED=).
	@scripts/shake $(ADYTON) soak $(or $(WEEKS),8) $(or $(INSTANCES),50) $(SEED)

shake: build ## The short forms of chaos, fuzz and soak, about a minute (SEED=1).
	@scripts/shake $(ADYTON) short $(SEED)

lint: ## Check the style of the code.
	@swift format lint --strict --recursive Package.swift Sources Tests Benchmarks

format: ## Put the code into its style.
	@swift format --in-place --recursive Package.swift Sources Tests Benchmarks

graph: ## Draw the targets of Package.swift and their imports (docs/targets.svg).
	@scripts/target-graph

bench: CONFIGURATION = release
bench: prepare ## Measure, as ratios side by side in one run, in the release configuration (SECTION=noise for a part).
	@$(SWIFT_BUILD) --product adyton
	@$(SWIFT_BUILD) --product adyton-bench
	@scripts/python-tools
	@scripts/bench-tools
	@scripts/opendp
	@.venv/bin/python Benchmarks/bench.py --adyton .build/release/adyton --bench .build/release/adyton-bench \
	  $(addprefix --section ,$(SECTION))

install: CONFIGURATION = release
install: ## Install what `make build CONFIGURATION=release` built (PREFIX, DESTDIR).
	@CONFIGURATION=$(CONFIGURATION) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) STRIP=$(STRIP) scripts/install-program

uninstall: ## Remove what `make install` installed (PREFIX, DESTDIR); data stay.
	@PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) scripts/install-program uninstall

package: CONFIGURATION = release
package: build ## Build the Debian package (.build/package/adyton_*.deb), with the release configuration.
	@CONFIGURATION=$(CONFIGURATION) scripts/package

test-package: CONFIGURATION = release
test-package: build ## Install the package on a clean Debian, and try server, backup, restore, upgrade, removal (root).
	@CONFIGURATION=$(CONFIGURATION) scripts/try-package

clean: ## Remove what was built and what was fetched.
	rm -rf .build .deps .venv
