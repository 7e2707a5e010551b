# Two commands: `make run` simulates an ordinary day, `make test` runs the tests. Both set up what they need in .venv first.
# PYTHON=python3.12 picks the interpreter, VENV=/elsewhere the place, SCENARIO and REPLICATIONS what is run, WORLDS how many
# random worlds `make check-all` gives the engine and its twin.

VENV ?= .venv
SCENARIO ?= scenarios/ordinary_day.toml
REPLICATIONS ?= 10
WORKERS ?= 2
WORLDS ?= 3000

BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS)

# The first interpreter that is new enough and can make environments, unless PYTHON names one. A name may be a shim that
# answers nothing, so each is tried.
FITS := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
find_python = for python in $(if $(PYTHON),"$(PYTHON)",python3 python python3.13 python3.12 python3.11 python3.14); do \
	if "$$python" -c "$(FITS)" >/dev/null 2>&1; then echo "$$python"; exit 0; fi; done

.DEFAULT_GOAL := help
.PHONY: help setup run test verify interpreted lint types walls check-all bench readme catalogue clean
.DELETE_ON_ERROR:

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# pip is the last file that venv writes: an environment without it was interrupted, and is made again.
$(BIN)/pip:
	@python="$$($(find_python))"; if [ -z "$$python" ]; then \
		echo "make: no fitting Python found$(if $(PYTHON), at PYTHON=$(PYTHON))." >&2; \
		echo "Roundsman needs Python 3.11 or newer with its venv module (Debian, Ubuntu: apt install python3-venv)." >&2; \
		echo "To name one: make $(firstword $(MAKECMDGOALS)) PYTHON=/path/to/python3.12" >&2; exit 1; fi; \
	echo "setting up $(VENV) with $$("$$python" --version 2>&1), a minute or two the first time"; \
	"$$python" -m venv "$(VENV)"

# Installed again when what is asked for has changed; each stamp says for whom.
$(VENV)/.run.stamp: pyproject.toml constraints.txt | $(BIN)/pip
	@$(INSTALL) . && touch $@

$(VENV)/.dev.stamp: pyproject.toml constraints.txt | $(BIN)/pip
	@$(INSTALL) ".[dev]" && touch $@ $(VENV)/.run.stamp

setup: $(VENV)/.run.stamp ## make .venv with pinned dependencies

run: setup ## simulate an ordinary day and say where the results are
	@$(BIN)/python run.py simulate $(SCENARIO) --replications $(REPLICATIONS)

test: $(VENV)/.dev.stamp ## run the tests (all but the slow ones)
	@$(PYTEST)

verify: setup ## hold the simulator to cases with known answers (run.py verify without --quick: tighter, some minutes)
	@$(BIN)/python run.py verify --quick

interpreted: $(VENV)/.dev.stamp ## run the marked tests with compiling off: reads past an array's end become errors
	@NUMBA_DISABLE_JIT=1 $(PYTEST) -m "interpreted and not slow"

lint: $(VENV)/.dev.stamp ## check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev.stamp ## check types
	@$(BIN)/mypy

walls: $(VENV)/.dev.stamp ## check who imports whom
	@$(BIN)/python -m pytest --quiet tests/test_walls.py

check-all: lint types interpreted ## everything, the slow tests and WORLDS worlds for the twin included (long)
	@ROUNDSMAN_TWIN_WORLDS=$(WORLDS) $(PYTEST) -m "slow or not slow"
	@$(BIN)/python run.py verify

bench: setup ## the engine beside a plain Mesa model of the same world
	@$(BIN)/python benchmarks/bench.py

readme: $(VENV)/.dev.stamp ## write the number and the figure of the README anew, after a change of results
	@$(BIN)/python run.py simulate scenarios/ordinary_day.toml --replications 10
	@cp results/ordinary_day/figures/map_response.png docs/figure.png
	@$(BIN)/python tests/test_readme.py

catalogue: setup ## run the scenario library and write what came out into scenarios/README.md (some minutes)
	@$(BIN)/python scenarios/catalogue.py

clean: ## remove the environment, caches and build leftovers; results stay
	rm -rf $(VENV) .cache .pytest_cache .ruff_cache .mypy_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
