# Everything a newcomer needs: `make demo`, `make serve`, `make test`, `make lint`. Python 3.11 or newer is all it takes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

COMPILE = $(BIN)/uv pip compile pyproject.toml <(echo 'setuptools>=77') \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command 'make lock' --quiet

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo serve settings test lint format lock screenshot clean

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.runtime ## A simulated phone calls the service; the conversation is shown as it happens
	@$(BIN)/firstline demo

serve: $(VENV)/.runtime ## Run the service; FIRSTLINE_PORT and the other settings: make settings
	@$(BIN)/firstline serve

settings: $(VENV)/.runtime ## All settings, their values and what they are for
	@$(BIN)/firstline settings

test: $(VENV)/.dev ## All tests
	@$(BIN)/python -m pytest

lint: $(VENV)/.dev ## Style, formatting and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.dev ## Put the formatting right
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

screenshot: $(VENV)/.dev ## Make docs/images/phone.png again
	@$(BIN)/python -m scripts.screenshot_phone

lock: $(VENV)/.dev ## Choose the versions of all dependencies again
	@$(PIP) install uv
	@$(COMPILE) --output-file requirements.lock
	@$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Remove what was made, data excepted
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache

# The stamps tell what the environment holds; a changed lock brings it up to date.

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Firstline needs Python 3.11 or newer.")'
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.python
	@$(PIP) install --no-deps --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(PIP) install --no-deps --require-hashes --requirement requirements-dev.lock
	@touch $@
