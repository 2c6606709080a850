# make run, make test: all a newcomer needs. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
export HOST PORT WORKERS DEMO
ifdef INSTANCE
export FORUM_INSTANCE := $(INSTANCE)
endif

.PHONY: help run test check bench soak pictures clean

help:  ## what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | sort | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

.venv/run.done: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; PYTHON=/path/to/python3 names another."; exit 1; }
	$(PYTHON) -m venv .venv
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/test.done: .venv/run.done
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

run: .venv/run.done  ## start the forum (PORT= HOST= INSTANCE= WORKERS= DEMO=0)
	@exec $(BIN)/python -m forum.serve

test: .venv/test.done  ## install what tests need and run them all
	@sh tests/needs.sh
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: .venv/test.done  ## lint, format, types, import contracts, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet --ignore H015,H025,H020,H031,H030,H037 templates

bench: .venv/test.done  ## ratios against the limit (SIZE= posts)
	@$(BIN)/python -m tests.bench $(if $(SIZE),--size $(SIZE))

soak: .venv/test.done  ## the long drills
	@sh tests/needs.sh
	SOAK=$(or $(SOAK),200) $(BIN)/python -m pytest -n 2 tests/hits/test_kills.py
	SOAK=$(or $(SOAK),500) $(BIN)/python -m pytest -n 2 tests/pads/test_pad_kills.py
	SOAK=$(or $(SOAK),100) $(BIN)/python -m pytest -n 2 tests/ledger/test_ledger_kills.py
	SOAK=$(or $(SOAK),12) $(BIN)/python -m pytest -n 2 tests/search/test_search_kills.py

pictures: .venv/test.done  ## screenshots of every page, into build/pictures
	@sh tests/needs.sh
	@$(BIN)/python -m tests.browser.pictures build/pictures

clean:  ## remove what make made, but no data
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .hypothesis
