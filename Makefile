# Two commands: `make run` starts the desk, `make test` checks all of it. Both prepare what they need and are quick the second time.
# While one works: `make check`, in two minutes. Before a release: `make proof`, deep, and `make broad`, wide; `make night` both, at full size.
# The system's own Python first: it is built with all optimisations, and a fifth faster than one that pyenv compiled.
PYTHON ?= $(or $(shell for one in /usr/bin/python3.11 python3.11 python3; do $$one -c 'import ensurepip' 2>/dev/null && { command -v $$one; break; }; done),python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-$(shell cat requirements.lock pyproject.toml setup.py 2>/dev/null | cksum | cut -d' ' -f1)
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2
# The fast layer: everything pure, and of the departments what stands low, on SQLite.
FAST = tests/architecture tests/schemes tests/matching \
  $(addprefix tests/portal/,platform words people post framework cases ledger)
# Compiled once, read by every test process and every command that tests start; empty means: do write it.
export PYTHONDONTWRITEBYTECODE =

.PHONY: run test check lint bench proof broad night pictures lock sbom migration clean
.DEFAULT_GOAL := run

run: $(STAMP)
	@$(BIN)/loket run

# The linters run beside the tests, on the core that waits; what they found is told at the end.
test: $(STAMP) browser
	@$(MAKE) --no-print-directory lint >.lint.log 2>&1 & linting=$$!; \
	$(PYTEST) -n $(WORKERS); tests=$$?; \
	wait $$linting; linted=$$?; cat .lint.log; exit $$((tests | linted))

check: $(STAMP)
	@$(MAKE) --no-print-directory lint >.lint.log 2>&1 & linting=$$!; \
	$(PYTEST) -n $(WORKERS) -q -m "not slow" -k "not postgresql" $(FAST); tests=$$?; \
	wait $$linting; linted=$$?; cat .lint.log; exit $$((tests | linted))

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

# What stands behind it are groups: `make bench plan`; without one all of them.
bench: $(STAMP)
	@$(BIN)/python -m tests.benchmarks $(filter-out bench,$(MAKECMDGOALS))
ifeq (bench,$(firstword $(MAKECMDGOALS)))
$(filter-out bench,$(MAKECMDGOALS)): bench ; @:
endif

# Races and crashes have the machine to themselves; then all that is tried further, or on the other database, than in every run.
proof: $(STAMP)
	@PROOF=1 $(PYTEST) tests/reliability/test_*.py -s -rA; races=$$?; \
	PROOF=1 $(PYTEST) -n $(WORKERS) tests --ignore-glob='tests/reliability/test_*'; exit $$((races | $$?))

# All of that of which every run draws one in so many: rows of long tables, screens, accounts, and what is the same on PostgreSQL.
broad: $(STAMP) browser
	@BROAD=1 $(PYTEST) -n $(WORKERS) tests

# Everything at its full size, for a machine that has nothing else to do: some hours.
night: $(STAMP)
	@NIGHT=1 PROOF=1 BROAD=1 $(PYTEST) tests/reliability/test_*.py -s -rA; races=$$?; \
	NIGHT=1 PROOF=1 BROAD=1 $(PYTEST) -n $(WORKERS) tests --ignore-glob='tests/reliability/test_*'; exit $$((races | $$?))

# The pictures of the README's tour, taken anew of the demonstration.
pictures: $(STAMP) browser
	@$(BIN)/python -m tests.journeys.pictures docs/tour

# The locks are made for Python 3.11, with the hash of every file that pip may install: one to test with, and one of what a running
# desk needs and nothing else, in the same versions (with setuptools, to install the desk itself without asking anybody).
EXTRAS = --extra postgres --extra server --extra tracing
COMPILE = $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11
lock:
	$(BIN)/python -m pip install --quiet uv
	echo uv | $(COMPILE) - -o requirements-install.lock
	$(COMPILE) pyproject.toml $(EXTRAS) --extra test -o requirements.lock
	echo 'setuptools>=77' | $(COMPILE) pyproject.toml - $(EXTRAS) --constraint requirements.lock -o requirements-run.lock

# What is in a running desk, for who has to know: CycloneDX.
sbom: $(STAMP)
	@$(BIN)/loket sbom --out sbom.cdx.json

migration: $(STAMP)
	$(BIN)/alembic revision --autogenerate --rev-id $(rev) -m "$(m)"

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .lint.log

# uv installs the same, with the same hashes, in a tenth of the time of pip; where it cannot reach its index, pip does it.
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
QUICKLY = { $(PIP) --require-hashes --no-compile -r requirements-install.lock && UV_HTTP_TIMEOUT=20 $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock; } 2>/dev/null
$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 -m venv does not work here; install it with: apt-get install python3-venv"; exit 1; }
	@echo "Installing the locked dependencies (once) ..."
	@$(QUICKLY) || $(PIP) --require-hashes --no-compile -r requirements.lock  # what is used is compiled when it is
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@$(BIN)/python -m compileall -q portal matching schemes
	@rm -f $(VENV)/.installed-* && touch $(STAMP)

# Browser journeys need a Chromium. As root on Debian it is installed; elsewhere the journeys are skipped, visibly, unless REQUIRE_BROWSER=1.
.PHONY: browser
browser:
	@if [ -z "$$CHROME_BIN" ] && ! command -v chromium-headless-shell >/dev/null && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the browser journeys ..."; \
	    apt-get update -qq && { apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-liberation || apt-get install -y -qq --no-install-recommends chromium fonts-liberation; } >/dev/null || echo "Chromium could not be installed: the journeys will be skipped"; \
	  else echo "No Chromium found: the browser journeys will be skipped"; fi; fi
