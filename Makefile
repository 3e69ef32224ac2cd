# Everything lives in .venv inside the project. uv is used when it is there, else venv and pip.
# Versions and hashes come from requirements*.lock; `make lock` renews them from pyproject.toml.
SHELL := /bin/sh
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin

.PHONY: run test check bench format lock words clean
.DEFAULT_GOAL := run

ifdef UV
MAKE_VENV = $(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
INSTALL = VIRTUAL_ENV=.venv $(UV) pip install --quiet --require-hashes -r
else
MAKE_VENV = $(PYTHON) -m venv .venv
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r
endif

.venv/bot.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed; say which one with: make PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in .venv (once, about a minute) ..."
	@$(MAKE_VENV)
	@$(INSTALL) requirements.lock
	@touch $@

.venv/dev.ready: .venv/bot.ready requirements-dev.lock
	@echo "Adding what the tests need ..."
	@$(MAKE_VENV) # again, in case that uv made it without pip and is gone now
	@$(INSTALL) requirements-dev.lock
	@touch $@

run: .venv/bot.ready ## start the bot; without BOT_TOKEN the sandbox too
	@exec $(BIN)/python -m bot

test: .venv/dev.ready ## run all tests (browser tests need Chromium and are skipped without it)
	@$(BIN)/python -m pytest --numprocesses=3 --dist=worksteal --cov --cov-report=term-missing:skip-covered

check: .venv/dev.ready ## format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

format: .venv/dev.ready ## format the code and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev.ready ## measure; prints a table
	@$(BIN)/python -m benchmarks

words: .venv/dev.ready ## collect new sentences into the catalogs
	@$(BIN)/python -m bot.content.catalogs update

lock: ## renew the lock files (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --output-file requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --constraints requirements.lock --group dev --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv
