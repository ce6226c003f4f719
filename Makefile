# roast: everything a user or a developer types. 'make help' lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help deps test-deps build run test mutate evaluate fidelity e2e bench fuzz sanitize lint format coverage soak \
        emulator install uninstall deb package-test clean

SWIFT ?= swift
PREFIX ?= /usr/local
UDEV_RULES ?= /etc/udev/rules.d
SYSTEMD_UNITS ?= $(PREFIX)/lib/systemd/system
DESTDIR ?=
export SWIFT PREFIX UDEV_RULES SYSTEMD_UNITS DESTDIR
FUZZ_SECONDS ?= 60
SEED ?= 1
COUNT ?= 200
FROM ?= 0
PORT ?= 8760
ROASTS ?= ../shared/roasts
REPORT ?= .build/golden.html

PACKAGES := libusb-1.0-0-dev libsqlite3-dev libmicrohttpd-dev libqrencode-dev pkg-config
TEST_PACKAGES := umockdev libumockdev-dev gcc python3 python3-venv e2fsprogs chromium chromium-driver
DEB_PACKAGES := debhelper dpkg-dev po-debconf
PACKAGE_TEST_PACKAGES := lintian systemd systemd-container man-db debootstrap python3-minimal
EMULATOR := .build/emulator/bullet-emulator
EMULATOR_SOURCES := $(wildcard Tests/Emulator/*.c)
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

help: ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

# Installs the Debian packages named in $(1) that are missing, and says which.
define install-missing
@missing=$$(for p in $(1); do \
	dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
if [ -n "$$missing" ]; then \
	echo "Installing from Debian: $$missing"; \
	$(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
fi
endef

deps: ## Install the Debian packages that building needs, where missing
	@command -v $(SWIFT) >/dev/null || { echo "No Swift toolchain: get Swift 6.2 or newer from https://www.swift.org/install/linux/" >&2; exit 1; }
	$(call install-missing,$(PACKAGES))

test-deps: deps ## Install those that testing needs as well
	$(call install-missing,$(TEST_PACKAGES))

build: deps ## Build the release binary at .build/release/roast
	$(SWIFT) build -c release --product roast --static-swift-stdlib

run: build ## Roast a batch on the twin with the daemon and its page up, until Ctrl-C (PORT=8760)
	@packaging/try.sh .build/release/roast $(PORT)

$(EMULATOR): $(EMULATOR_SOURCES) $(wildcard Tests/Emulator/*.h) | test-deps
	@mkdir -p $(@D)
	cc -std=gnu11 -O2 -Wall -Wextra -Werror $$(pkg-config --cflags umockdev-1.0) \
		$(EMULATOR_SOURCES) -o $@ $$(pkg-config --libs umockdev-1.0)

emulator: test-deps $(EMULATOR) ## Build the roaster that tests plug into a mocked USB

# `make test` runs these in a small package of their own, which counts what lines they run.
GUARDED_TESTS := ^(GovernorTests|DriverTests)\.

# These reckon for seconds at a time.
BUSY_TESTS := ^RoastTests\.(Evaluate|OutsideJudge|Forecast)Tests/

# In one run those tests that wait in threads, or reckon, would starve those that watch programs in real time.
define run-tests
$(1) $(SWIFT) test --skip-build --filter '^USBTests\.'
$(1) $(SWIFT) test --skip-build --filter '^DaemonTests\.'
$(1) $(SWIFT) test --skip-build --filter '^StoreTests\.'
$(1) $(SWIFT) test --skip-build --filter '^RoastTests\.' --skip '$(BUSY_TESTS)'
$(1) $(SWIFT) test --skip-build --filter '$(BUSY_TESTS)'
$(1) $(SWIFT) test --skip-build --skip '^(USBTests|DaemonTests|StoreTests|RoastTests)\.|$(GUARDED_TESTS)'
endef

test: emulator ## Run every test (the real libusb, sockets, files and a browser included)
	$(SWIFT) build --build-tests
	$(call run-tests)
	python3 Tests/Gate/coverage.py
	python3 Tests/Service/run.py

mutate: test-deps ## Change what moves the roaster, one thing at a time: a test must notice (SEED, COUNT, FROM)
	nice -n 10 python3 Tests/Gate/mutate.py --seed $(SEED) --count $(COUNT) --from $(FROM)

soak: build emulator ## The long proofs: many more seeds, 200 rounds of kill -9, the page, a week of roasts
	$(SWIFT) build --build-tests
	$(call run-tests,ROAST_SOAK=1)
	ROAST_SOAK=1 $(SWIFT) test --skip-build --filter '$(GUARDED_TESTS)'
	.build/release/roast evaluate --trials 60
	python3 Tests/Service/run.py --soak 200
	ROAST=.build/release/roast python3 Tests/Service/soak.py

sanitize: emulator ## The tests under AddressSanitizer, then under ThreadSanitizer
	Tests/sanitize.sh

bench: build emulator ## Speed and size, as ratios against named peers in the same run
	Tests/Bench/run.sh

fuzz: deps ## Fuzz decoding and the recording reader, FUZZ_SECONDS (60) each
	Tests/Fuzz/run.sh $(FUZZ_SECONDS)

evaluate: build ## Judge the pilot by all golden cases, with a page of it (REPORT=golden.html)
	.build/release/roast evaluate --report $(REPORT)

fidelity: deps ## The twin's physics against real roasts (ROASTS=FOLDER)
	$(SWIFT) run -c release fidelity $(ROASTS)

e2e: build ## roast against the twin on a real kernel's USB in QEMU (fetches a kernel once)
	Tests/EndToEnd/run.sh .build/release/roast

coverage: emulator ## Line coverage of the tests
	$(SWIFT) test --enable-code-coverage --scratch-path .build/coverage
	$$(dirname $$(readlink -f $$(command -v $(SWIFT))))/llvm-cov report --ignore-filename-regex='Tests/|\.build/' \
		--instr-profile=$$(find .build/coverage -name default.profdata | head -1) \
		$$(find .build/coverage -name roastPackageTests.xctest -type f | head -1)

lint: ## Check the formatting
	$(SWIFT) format lint --strict --recursive Package.swift Sources Simulator Tests

format: ## Format the sources in place
	$(SWIFT) format --in-place --recursive Package.swift Sources Simulator Tests

install: ## Install what 'make build' made (PREFIX, DESTDIR, UDEV_RULES, SYSTEMD_UNITS)
	@packaging/install.sh install

uninstall: ## Remove what 'make install' put in place
	@packaging/install.sh uninstall

deb: build ## Build the Debian package in .build/deb
	$(call install-missing,$(DEB_PACKAGES))
	packaging/deb.sh

package-test: deb ## Check the package: lintian, systemd, installed and purged in a fresh Debian
	$(call install-missing,$(PACKAGE_TEST_PACKAGES))
	$(SUDO) Tests/Package/run.sh

clean: ## Remove everything that was built
	rm -rf .build
