# The commands of the project; each says what it does and sets up what it needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PACKAGE := build/connector
BENCH  := build/bench-venv
DBT    := build/dbt-venv
ENGINES := build/engines-venv
SEEDS  ?= 2000
LIVES  ?= 500
FIRST  ?= 1
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test docs-test lint lives simulate thorough package columns large bench clean

help:
	@echo "make demo     sync a stand-in Halo tenant, build the analyst's models, and make a page of them"
	@echo "make test     linter, formatter's check, type check and all tests"
	@echo "make docs-test follow the guides word by word in a fresh clone (some five minutes)"
	@echo "make mutants  put single faults into the analyst's models: each must turn a test red"
	@echo "make test-engines compile the models for engines that are not run here (850 MB of adapters)"
	@echo "make bench-models build the models of 150,000 tickets with a million actions"
	@echo "make dictionary write build/dictionary.html: each of the analyst's models and columns"
	@echo "make lives    many desks that live on while syncs fail; SEEDS=2000 FIRST=1 say which"
	@echo "make simulate lives of odd tenants in which everything happens; LIVES=500 FIRST=1 say which"
	@echo "make thorough the property tests with 1,000 random examples each, made small when one fails"
	@echo "make package  put what is deployed into build/connector"
	@echo "make columns  write docs/columns.md anew from the registry"
	@echo "make large    count the requests of a large desk beside the fewest there can be (some minutes)"
	@echo "make bench    measure the connector beside its peers (some fifteen minutes; Linux, two cores)"
	@echo "make clean    remove everything that was built"

demo: $(VENV)/ready $(DBT)/ready package
	@python -m sandbox.demo

test: lint $(DBT)/ready postgres chromium
	@echo "== tests"
	@python -m pytest -q -n auto --dist loadgroup

lint: $(VENV)/ready
	@echo "== linter, formatter's check, type check"
	@ruff check --quiet .
	@ruff format --check --quiet .
	@lint-imports --no-cache --no-logo > /dev/null || lint-imports --no-cache --no-logo
	@mypy --no-error-summary

docs-test: $(VENV)/ready
	@python -m pytest -q tests/test_docs.py
	@python -m tests.guides

lives: $(VENV)/ready
	@python -m tests.lives --seeds $(SEEDS) --first $(FIRST)

simulate: $(VENV)/ready
	@python -m tests.simulation --lives $(LIVES) --first $(FIRST)

thorough: $(VENV)/ready
	@python -m pytest -q -n auto -m hypothesis --hypothesis-profile=thorough

package:
	@rm -rf $(PACKAGE)/halo
	@mkdir -p $(PACKAGE)
	@cp -R connector.py requirements.txt halo $(PACKAGE)/
	@find $(PACKAGE) -name __pycache__ -prune -exec rm -rf {} +
	@echo "== $(PACKAGE) holds what is deployed: connector.py, halo/, requirements.txt"

columns: $(VENV)/ready
	@python -m docs.columns

large: $(VENV)/ready
	@python -m tests.large --write

bench: $(BENCH)/ready
	@$(BENCH)/bin/python -m benchmarks.run

$(BENCH)/ready: benchmarks/requirements.txt
	@echo "== setting up $(BENCH) with the peers from PyPI (once; a few minutes)"
	@$(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet -r benchmarks/requirements.txt
	@touch $@

# The analyst's models.
.PHONY: postgres chromium dictionary screenshot mutants test-engines bench-models

# The server that a test of the models starts; where it cannot be installed, that test is skipped.
postgres:
	@ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || command -v initdb > /dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null \
		&& echo "== installing PostgreSQL from the distribution (once)" \
		&& { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y postgresql; } > /dev/null; \
	} || echo "== no PostgreSQL here, so that its test is skipped: apt-get install postgresql"

# The browser that a test of the page starts; where it cannot be installed, that test is skipped.
chromium:
	@command -v chromium > /dev/null || command -v google-chrome > /dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null \
		&& echo "== installing Chromium from the distribution (once)" \
		&& { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium; } > /dev/null; \
	} || echo "== no Chromium here, so that the page's test is skipped: apt-get install chromium"

# Parsed, not compiled: it needs no warehouse.
dictionary: export HALO_WAREHOUSE := :memory:
dictionary: export DBT_TARGET_PATH := $(CURDIR)/build/dictionary
dictionary: export DBT_SEND_ANONYMOUS_USAGE_STATS := false
dictionary: AT := --project-dir dbt --profiles-dir dbt
dictionary: $(DBT)/ready
	@$(DBT)/bin/dbt --quiet --log-level-file none parse $(AT)
	@$(DBT)/bin/dbt --quiet --log-level-file none docs generate --static --no-compile --empty-catalog $(AT)
	@cp build/dictionary/static_index.html build/dictionary.html
	@echo "== build/dictionary.html describes each model and column"

# The README's picture, of the page that `make demo` made.
screenshot: $(VENV)/ready
	@python -m tests.models.browser build/page.html docs/demo.png

mutants: $(VENV)/ready $(DBT)/ready
	@python -m tests.models.mutants

test-engines: $(VENV)/ready $(ENGINES)/ready
	@python -m pytest -q tests/models/test_engines.py

bench-models: $(VENV)/ready $(DBT)/ready
	@python -m benchmarks.models

$(DBT)/ready: dbt/requirements.txt
	@echo "== setting up $(DBT) with dbt from PyPI (once; a minute)"
	@$(PYTHON) -m venv $(DBT)
	@$(DBT)/bin/python -m pip install --quiet -r dbt/requirements.txt
	@touch $@

$(ENGINES)/ready: tests/models/engines/requirements.txt
	@echo "== setting up $(ENGINES) with dbt's adapters from PyPI (once; some minutes)"
	@$(PYTHON) -m venv $(ENGINES)
	@$(ENGINES)/bin/python -m pip install --quiet -r tests/models/engines/requirements.txt
	@touch $@

$(VENV)/ready: requirements.txt requirements-dev.txt
	@echo "== setting up $(VENV) (once; a minute or two)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which with PYTHON=…")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

clean:
	@rm -rf build files $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
