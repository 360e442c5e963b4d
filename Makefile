# Two commands: `make run` serves Keel, `make test` proves it. Both begin with `make setup`.
# On Windows: py -m venv .venv; .venv\Scripts\pip install --require-hashes --no-deps -r requirements-dev.lock
#             .venv\Scripts\pip install --no-deps --no-build-isolation -e .; .venv\Scripts\keel serve

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := app/web/frontend
DIST := app/web/static/dist
# Icons are found by name in templates and in Python, so both are sources of the bundle.
FRONTEND_SOURCES := $(shell find app -not -path '*/node_modules*' -not -path '*/static/dist*' \
	\( -path '$(FRONTEND)/*' -o -name '*.html' -o -name '*.css' -o -name '*.py' \) -type f 2>/dev/null)

# Tests write thousands of small databases: where memory has room (4 GB free), that is where they live.
SCRATCH := $(shell [ -w /dev/shm ] && [ "$$(df -k --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 4000000 ] 2>/dev/null \
	&& echo /dev/shm || echo "$${TMPDIR:-/tmp}")

.PHONY: help setup assets run demo test check lint types imports bench clean

help: ## Show what can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/' | column -t -s ':'

setup: $(VENV)/.ok assets ## Install the locked packages and build the front end
	@$(BIN)/python -m compileall -q app migrations config.py wsgi.py

$(VENV)/.ok: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Keel needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Node comes from the machine or, where there is none, from a locked wheel.
$(FRONTEND)/node_modules/.ok: $(FRONTEND)/package-lock.json $(VENV)/.ok
	@command -v npm >/dev/null || $(BIN)/pip install --quiet --require-hashes --no-deps -r requirements-node.lock
	cd $(FRONTEND) && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(DIST)/manifest.json: $(FRONTEND)/node_modules/.ok $(FRONTEND_SOURCES)
	cd $(FRONTEND) && PATH="$$PATH:$(CURDIR)/$(BIN)" node build.mjs

assets: $(DIST)/manifest.json ## Build the front end

run: setup ## Serve Keel on http://127.0.0.1:8000
	$(BIN)/keel serve

demo: setup ## Serve Keel with a demo company of two years
	$(BIN)/keel demo --serve

test: setup ## Run the whole test suite
	TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.ok ## Check style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.ok ## Check types
	$(BIN)/mypy

imports: $(VENV)/.ok ## Check who imports whom
	$(BIN)/lint-imports

check: lint types imports ## Everything a machine can see without running
	$(BIN)/keel lifecycle check

bench: setup ## Measure against the floor
	$(BIN)/keel bench

clean: ## Remove what set-up and tests made
	rm -rf $(VENV) $(FRONTEND)/node_modules $(DIST) .pytest_cache .mypy_cache .ruff_cache
