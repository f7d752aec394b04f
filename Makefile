# Targets for people: run, test, check, build, help. Each works alone on a machine with Python 3.11, pip, git and make.
# The wheel is tried in an environment of its own (.venv-wheel). The harnesses want older versions of some libraries,
# so their lock and environment stand apart from the others as well.
# The stamps in .venv say which lock file it was last filled from, so a second call installs nothing.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WHEEL_PIP := .venv-wheel/bin/python -m pip --disable-pip-version-check
CLIENTS_PIP := .venv-clients/bin/python -m pip --disable-pip-version-check
HARNESS_PIP := .venv-harness/bin/python -m pip --disable-pip-version-check

COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header
LOCK := $(COMPILE) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: run test test-wheel test-harness test-clients check build page release lock help

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST)

run: .venv/run.stamp ## Validate the records, build the Parquet, load it back and print an overview
	$(BIN)/onrecord validate records
	$(BIN)/onrecord build records data
	$(BIN)/python -m scripts.overview

test: .venv/dev.stamp ## Run the tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test-wheel: .venv/dev.stamp .venv-wheel/stamp ## Build wheel and sdist, and use the wheel where nothing else is (.venv-wheel)
	$(BIN)/python -m scripts.try_wheel .venv-wheel

test-harness: .venv-harness/stamp ## Run the tests of the harness tasks, in an environment of their own (.venv-harness)
	# Warnings of the harnesses are their own affair; some come when the interpreter tidies up after all tests.
	.venv-harness/bin/python -m pytest -W ignore tests/harness

test-clients: .venv-clients/stamp tests/clients/node_modules/.stamp ## Try the schemas with other projects' validators (.venv-clients; needs Node.js)
	# The environment has other projects' validators and not this package, which the other tests' conftest.py imports.
	.venv-clients/bin/python -m pytest --confcutdir tests/clients tests/clients

check: .venv/dev.stamp ## Lint, format, types, and whether every generated file is up to date
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/onrecord validate records
	$(BIN)/python -m scripts.generate --check

build: .venv/dev.stamp ## Regenerate everything that is generated
	$(BIN)/python -m scripts.generate

page: .venv/dev.stamp ## Write the dataset as one HTML page, build/onrecord.html
	mkdir -p build
	$(BIN)/onrecord page build/onrecord.html

release: .venv/dev.stamp ## Check that this may be released after PREVIOUS (a git tag, wheel or checkout), for maintainers
	$(BIN)/python -m scripts.release $(or $(PREVIOUS),$(error say what went before: make release PREVIOUS=TAG))

lock: .venv/dev.stamp ## Renew the lock files (for maintainers; fetches uv into .venv)
	$(PIP) install --quiet uv
	$(LOCK) --group build --output-file requirements/run.txt
	$(LOCK) --group dev --constraints requirements/run.txt --output-file requirements/dev.txt
	$(LOCK) --group wheel --constraints requirements/run.txt --output-file requirements/wheel.txt
	$(COMPILE) --group clients --output-file requirements/clients.txt
	cd tests/clients && npm install --package-lock-only --no-audit --no-fund
	$(LOCK) --group harness --extra baselines --extra inspect --extra lm-eval --extra spacy \
		--output-file requirements/harness.txt

.venv/run.stamp: requirements/run.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes --requirement requirements/run.txt
	$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	$(PIP) install --quiet --require-hashes --requirement requirements/dev.txt
	touch $@

.venv-wheel/stamp: requirements/wheel.txt
	$(PYTHON) -m venv .venv-wheel
	$(WHEEL_PIP) install --quiet --require-hashes --requirement $<
	touch $@

.venv-clients/stamp: requirements/clients.txt
	$(PYTHON) -m venv .venv-clients
	$(CLIENTS_PIP) install --quiet --require-hashes --requirement $<
	touch $@

tests/clients/node_modules/.stamp: tests/clients/package.json tests/clients/package-lock.json
	cd tests/clients && npm ci --no-audit --no-fund --silent
	touch $@

.venv-harness/stamp: requirements/harness.txt pyproject.toml
	$(PYTHON) -m venv .venv-harness
	# The lock is complete; without --no-deps pip takes an extra of a locked package for one that is not.
	$(HARNESS_PIP) install --quiet --require-hashes --no-deps --requirement $<
	$(HARNESS_PIP) install --quiet --no-build-isolation --no-deps --editable .
	touch $@
