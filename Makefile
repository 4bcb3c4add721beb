# On a machine with Python 3.11 or later and nothing else: `make demo` shows what cnlint finds, `make test` tests it.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test bench clean

demo: $(VENV)/installed
	cd fixtures/apps && $(abspath $(BIN))/cnlint check shop || test $$? -eq 1

test: $(VENV)/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

bench: $(VENV)/installed
	$(PYTHON) -m venv --clear $(VENV)/bench
	$(VENV)/bench/bin/python -m pip install --quiet --disable-pip-version-check .
	$(VENV)/bench/bin/python bench/bench.py $(TREE)

$(VENV)/installed: pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit("cnlint needs Python 3.11 or later: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/developed: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
