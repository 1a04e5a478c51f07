# Plain `make` lists the verbs. Each verb is described by the comment after `##` on its line.

SWIFT ?= swift
LISTEN ?= 127.0.0.1:5300
ZONES ?= zones/example.test.zone
REGIONS ?= US,DE,SG
SEED ?= 7
SECONDS ?= 30
PROGRESS = .ci/progress
SOURCES = Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Micro Benchmarks/Capacity Benchmarks/Latency Benchmarks/Sources Benchmarks/Tests

.DEFAULT_GOAL := help
.PHONY: help setup build release run test lint fmt check fuzz pictures geodata bench bench-load bench-proxy bench-micro eval-capacity eval-latency clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the Debian packages that building needs, or say how
	@.ci/setup build

build: setup ## build for debugging
	@$(PROGRESS) "building (debug)" $(SWIFT) build

release: setup ## build optimised: .build/release/tern
	@$(PROGRESS) "building (release)" $(SWIFT) build -c release --product tern

run: release ## start the example on this machine: name server, a proxy per region, sample servers
	@exec .build/release/tern up --listen $(LISTEN) $(ZONES)

test: ## everything that continuous integration runs
	@.ci/setup build test
	@$(MAKE) --no-print-directory lint
	@$(PROGRESS) "building the tests" $(SWIFT) build --build-tests
# One test at a time: many start servers and clients, and two cores are soon full.
	@$(SWIFT) test --skip-build --no-parallel

lint: ## check the form of the sources
	@$(PROGRESS) "checking the form of the sources" $(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

fmt: ## put the sources into form
	@$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

check: release ## check the zone files in zones/
	@.build/release/tern check zones

pictures: ## draw the pictures of the manual
	@for picture in filters; do docs/pictures/draw-$$picture > docs/pictures/$$picture.svg || exit 1; done

# Memory errors are looked for too, and assertions are on. A scratch path of its own, because all code is built otherwise.
fuzz: setup ## feed the parsers and the responder what libFuzzer thinks of, SECONDS=30 for each target
	@TERN_FUZZ=1 $(PROGRESS) "building (fuzzing)" $(SWIFT) build -c release --product fuzz --scratch-path .build-fuzz \
		--sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=fuzzer,address -Xswiftc -assert-config -Xswiftc Debug
	@SECONDS_EACH=$(SECONDS) Tests/Fuzz/run $(TARGETS)

geodata: release ## rebuild geodata/country.mmdb from Debian's tor-geoipdb
	@.ci/setup geodata
	@.build/release/tern geodata build --output geodata/country.mmdb

bench: release ## cost of an answer beside other name servers; docs/performance.md tells how to read it
	@.ci/setup bench
	@Benchmarks/bench-dns

bench-load: release ## start with a million-record zone, beside other name servers
	@.ci/setup bench
	@Benchmarks/bench-load

bench-proxy: release ## cost of a proxied request beside other proxies
	@.ci/setup bench
	@Benchmarks/bench-proxy

bench-micro: setup ## parse, lookup, steering in nanoseconds and allocations, against the limits in git
	@$(PROGRESS) "building (release)" $(SWIFT) build -c release --product micro
	@Benchmarks/bench-micro

eval-capacity: setup ## a thousand random fleets taken to their limits, and a picture of one (SEED=)
	@$(PROGRESS) "building (release)" $(SWIFT) build -c release --product capacity
	@.build/release/capacity csv seed=$(SEED) | Benchmarks/plot-capacity > docs/pictures/capacity.svg
	@.build/release/capacity fleets=1000

eval-latency: setup ## how well measured latency steers, on a table of round trips: DATA=FILE [REGIONS=US,DE,SG] [SEED=1]
	@if [ ! -r "$(DATA)" ]; then \
		echo "eval-latency: DATA=FILE must name a table of round trips between countries; docs/latency.md has its form" >&2; \
		exit 1; \
	fi
	@$(PROGRESS) "building (release)" $(SWIFT) build -c release --product eval-latency
	@.build/release/eval-latency --data "$(DATA)" --regions $(REGIONS) --seed $(SEED) --plot docs/pictures/latency-regret.svg

clean: ## remove what was built
	rm -rf .build .build-fuzz Benchmarks/.build
