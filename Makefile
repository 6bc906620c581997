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
CODE := server tests

.PHONY: serve test install check format wheel build java bench

serve: $(RUN)
	@$(BIN)/dio serve --host $(HOST) --port $(PORT)

build: $(RUN)
	@$(BIN)/dio build

install: $(RUN)

test: check
	$(BIN)/pytest

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

# HermiT, the judge of consistency, runs on Java; without it its tests skip with a reason.
java:
	command -v java >/dev/null || { apt-get update -q && apt-get install -qy --no-install-recommends default-jre-headless; }

$(VENV)/bin/pip:
	@echo "Making a virtual environment in $(VENV) …" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; say make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(RUN): $(VENV)/bin/pip pyproject.toml
	@echo "Installing diaspora-influence …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEV): $(VENV)/bin/pip pyproject.toml
	@echo "Installing diaspora-influence and the tools of its tests …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(RUN)

$(BENCH): $(VENV)/bin/pip pyproject.toml
	@echo "Installing diaspora-influence and the tools of its benches …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@ $(DEV) $(RUN)
