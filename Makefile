# One way to do each thing. `make help` lists the targets.

# The first Python here that is new enough; used only to create .venv.
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python $(NEW_ENOUGH) 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --upgrade

.DEFAULT_GOAL := help
.PHONY: help run test accept fuzz bench screenshots judge check format openapi lock clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/run  ## set up, migrate, load the seed into an empty base, serve on port 8000
	@$(BIN)/communique serve

# The tests start hundreds of processes: each would compile the code where the environment forbids Python to keep it.
test accept fuzz: export PYTHONDONTWRITEBYTECODE =

test: .venv/dev oracles  ## set up, then the tests of the daily loop, on both database engines
	@$(BIN)/pytest -n 3 --dist worksteal
	@echo "Left out, because it takes long (make accept):"
	$(call marked,accept)
	@echo "Left out on PostgreSQL, because nothing below is an engine's own (make accept):"
	$(call marked,either_engine)

# The tests that have a mark, and the modules of which each test has it.
define marked
@sed -n '/^[@ ].*mark\.$(1)/,/^def /s/^def test_\(\w*\).*/  \1/p' tests/test_*.py | tr _ ' '
@grep -l '^pytestmark.*mark\.$(1)' tests/test_*.py | sed 's/^tests.test_\(.*\)\.py/  all of \1/' | tr _ ' '
endef

accept: .venv/dev oracles mcp-oracles  ## what takes long: fuzzed OpenAPI, the wheel, the Dockerfile, crashes, restarts
	@TEST_THOROUGH=1 $(BIN)/pytest -n 3 --dist worksteal -m 'accept or costly'

# `interrupted` copies a base that all examples write to, so that each takes longer than the last.
fuzz: .venv/dev oracles  ## the properties alone, and the server against its OpenAPI, on many more examples
	@TEST_FACTOR=25 $(BIN)/pytest -n auto -m '' --hypothesis-profile=fuzz -k 'not interrupted' tests/test_pure.py tests/test_labels.py \
		tests/test_rules.py tests/test_facets.py tests/test_search.py tests/test_crosstab.py \
		tests/test_openapi.py tests/test_wording.py tests/test_lexicons.py tests/test_timeline.py tests/test_oracles.py \
		tests/test_changes.py tests/test_calendar.py tests/test_history.py tests/test_lookback.py \
		tests/test_verification.py tests/test_machine.py tests/test_reading.py tests/test_sections.py tests/test_scripts.py

bench: .venv/dev  ## measure, beside others, and write docs/benchmarks.md (half an hour; 12 GB of disk)
	@$(BIN)/python -m bench

screenshots: .venv/dev  ## write pictures of every page to screenshots/ (needs chromium)
	@$(BIN)/python -m tools.screenshots screenshots

judge: tools/openapi/node_modules  ## lint openapi.json and compile its TypeScript types (needs npm)
	@npm --prefix tools/openapi run --silent lint
	@npm --prefix tools/openapi run --silent types

check: .venv/dev  ## lint, types, layers and generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy clients/python/examples
	$(BIN)/lint-imports --no-cache
	$(BIN)/communique openapi --check openapi.json
	$(BIN)/communique schema --check data/bundle.schema.json
	$(BIN)/python -m tools.python_client --check

format: .venv/dev  ## format the code and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: .venv/dev  ## write openapi.json, data/bundle.schema.json and the tables of the docs
	$(BIN)/communique openapi > .openapi.new && mv .openapi.new openapi.json
	$(BIN)/communique schema > .schema.new && mv .schema.new data/bundle.schema.json
	$(BIN)/python -m tools.tables

.PHONY: clients clients-python clients-typescript
clients: clients-python clients-typescript  ## write the types and calls of the clients from openapi.json

clients-python: .venv/dev
	$(BIN)/python -m tools.python_client

clients-typescript: clients/typescript/node_modules
	@npm --prefix clients/typescript run --silent types

lock: .venv/dev  ## move every dependency to its current version
	$(LOCK) --group build --output-file requirements-build.txt
	$(LOCK) --extra postgresql --extra fast --extra drafting --extra pdf --extra mcp --output-file requirements.txt pyproject.toml
	$(LOCK) --extra postgresql --extra fast --extra drafting --extra pdf --extra mcp --extra parquet --extra model --group dev --output-file requirements-dev.txt pyproject.toml

clean:  ## remove everything that the other targets created
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The files .venv/run and .venv/dev record when the two sets of dependencies were installed.
.venv/run: requirements.txt requirements-build.txt pyproject.toml
	@test -x $(BIN)/python || $(or $(PYTHON),false) $(NEW_ENOUGH) 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed. Try: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; \
		exit 1; }
	@echo "Setting up .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(INSTALL) --require-hashes -r requirements.txt -r requirements-build.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

tools/openapi/node_modules: tools/openapi/package-lock.json
	@npm --prefix tools/openapi ci --silent --no-audit --no-fund
	@touch $@

# Without npm, the tests that compare with parsers in JavaScript are skipped, and those of the client in
# TypeScript.
.PHONY: oracles
oracles:
	@if command -v npm >/dev/null; then \
		$(MAKE) --silent tools/oracles/node_modules clients/typescript/node_modules; \
		else echo "No npm here: tests that need it are skipped."; fi

tools/oracles/node_modules: tools/oracles/package-lock.json
	@npm --prefix tools/oracles ci --silent --no-audit --no-fund
	@touch $@

clients/typescript/node_modules: clients/typescript/package-lock.json
	@npm --prefix clients/typescript ci --silent --no-audit --no-fund
	@touch $@

# Without npm, the tests that run the MCP inspector and the conformance suite are skipped.
.PHONY: mcp-oracles
mcp-oracles:
	@if command -v npm >/dev/null; then $(MAKE) --silent tools/mcp/node_modules; fi

tools/mcp/node_modules: tools/mcp/package-lock.json
	@npm --prefix tools/mcp ci --silent --no-audit --no-fund
	@touch $@

.venv/dev: .venv/run requirements-dev.txt
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@
