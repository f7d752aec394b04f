# Targets for people: run, test, check, build, help. Each works alone on a machine with Python 3.11, pip, git and make,
# and installs what it needs first. The stamps in .venv say which lock file it was last filled from, so a second call
# installs nothing.
# The wheel is tried in environments of its own: the core alone in .venv-core, with extras in .venv-wheel. The harnesses
# want older versions of some libraries, and other releases of dependencies are tried, each in an environment of its own.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CLIENTS_PIP := .venv-clients/bin/python -m pip --disable-pip-version-check
HARNESS_PIP := .venv-harness/bin/python -m pip --disable-pip-version-check

# Releases that are only tried are pinned without hashes, which would be half a megabyte of the repository.
PIN := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-emit-index-url --no-header
COMPILE := $(PIN) --generate-hashes
LOCK := $(COMPILE) pyproject.toml
TRY := $(PIN) pyproject.toml
EXTRAS := $(addprefix --extra ,author baselines datasets page scale score)

# What `make test-compat` covers. An interpreter that is not on this machine is left out, and a line says so.
COMPAT_DATASETS := 2.21 3.6 4.0
COMPAT_PYTHONS := 3.12 3.13
CORE_TESTS := tests/building/test_build.py tests/building/test_replace.py tests/cli/test_data.py \
	tests/cli/test_validate_command.py tests/model/test_conformance.py tests/model/test_schemas.py \
	tests/model/test_validators_agree.py tests/package/test_extras.py tests/reading tests/rules \
	tests/validation/test_tables.py tests/validation/test_validate.py

# A line before each wait: what is installed where, because pip says nothing for a minute.
installing = @echo "Installing into $(1): $(2) ..."

.DEFAULT_GOAL := help
.PHONY: run test test-wheel test-harness test-clients test-compat check build scores page release lock help

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST)

run: .venv/run.stamp ## Validate the records, build the Parquet, load it back and print an overview
	@echo "Validating records/ ..."
	$(BIN)/onrecord validate records
	@echo "Building data/ from records/ ..."
	$(BIN)/onrecord build records data
	@echo "Loading data/ with load_dataset ..."
	$(BIN)/python -m scripts.overview

test: .venv/dev.stamp ## Run the tests
	@echo "Running the tests in 2 processes; this takes some minutes ..."
	# Where bytecode is not kept, each process that a test starts compiles the package again.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test-wheel: .venv/dev.stamp .venv-core/stamp .venv-wheel/stamp ## Build wheel and sdist, and use the wheel where nothing else is (.venv-core, .venv-wheel)
	$(BIN)/python -m scripts.wheel .venv-core .venv-wheel

test-harness: .venv-harness/stamp ## Run the tests of the harness tasks, in an environment of their own (.venv-harness)
	# Warnings of the harnesses are their own affair; some come when the interpreter tidies up after all tests.
	.venv-harness/bin/python -m pytest -W ignore tests/harness

test-clients: .venv-clients/stamp tests/clients/node_modules/.stamp ## Try schemas and exports with other projects' validators and readers (.venv-clients; needs Node.js)
	# The environment has other projects' validators and not this package, which the other tests' conftest.py imports.
	.venv-clients/bin/python -m pytest --confcutdir tests/clients tests/clients

test-compat: ## Try older releases of dependencies, and other versions of Python (.venv-compat-*)
test-compat: test-lowest $(COMPAT_DATASETS:%=test-datasets-%) $(COMPAT_PYTHONS:%=test-python-%)

.PHONY: test-lowest $(COMPAT_DATASETS:%=test-datasets-%) $(COMPAT_PYTHONS:%=test-python-%)
test-lowest: .venv-compat-lowest/stamp
	@echo "Testing the core with the lowest releases that pyproject.toml allows ..."
	.venv-compat-lowest/bin/python -m pytest --quiet $(CORE_TESTS)

$(COMPAT_DATASETS:%=test-datasets-%): test-datasets-%: .venv-compat-datasets-%/stamp
	@echo "Loading tables with datasets $* ..."
	ONRECORD_DATASETS=$* .venv-compat-datasets-$*/bin/python -m pytest --quiet tests/compat

# On the PATH, or installed by pyenv and not on it.
$(COMPAT_PYTHONS:%=test-python-%): test-python-%:
	@for found in python$* $(wildcard $(HOME)/.pyenv/versions/$*.*/bin/python) none; do \
		[ $$found = none ] || ! $$found -c '' 2>/dev/null || break; \
	done; \
	if [ $$found = none ]; then echo "Python $* is not on this machine: not tested"; exit; fi; \
	$(MAKE) --no-print-directory PYTHON=$$found .venv-compat-core-$*/stamp && \
	echo "Testing the core on Python $* ..." && \
	.venv-compat-core-$*/bin/python -m pytest --quiet $(CORE_TESTS)

check: .venv/dev.stamp ## Lint, format, types, licences, and whether every generated file is up to date
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/reuse lint --quiet || $(BIN)/reuse lint
	$(BIN)/onrecord validate records
	$(BIN)/python -m scripts.generate --check

build: .venv/dev.stamp ## Regenerate everything that is generated
	$(BIN)/python -m scripts.generate

scores: .venv/dev.stamp .venv-harness/stamp ## Answer the tasks by all baselines again, and renew the tables of their scores
	.venv-harness/bin/python -m benchmarks.spacy_predictions
	$(BIN)/python -m scripts.generate

page: .venv/dev.stamp ## Write the dataset as one HTML page, build/onrecord.html
	mkdir -p build
	$(BIN)/onrecord page build/onrecord.html

release: .venv/dev.stamp ## Check that this may be released after PREVIOUS (a git tag, wheel or checkout), for maintainers
	$(BIN)/python -m scripts.release $(or $(PREVIOUS),$(error say what went before: make release PREVIOUS=TAG))

lock: .venv/dev.stamp ## Renew the lock files (for maintainers; fetches uv into .venv)
	$(PIP) install --quiet uv
	$(LOCK) --extra datasets --group build --output-file requirements/run.txt
	$(LOCK) $(EXTRAS) --group dev --constraints requirements/run.txt --output-file requirements/dev.txt
	$(LOCK) --group wheel --constraints requirements/dev.txt --output-file requirements/core.txt
	$(LOCK) $(EXTRAS) --group wheel --constraints requirements/dev.txt --output-file requirements/wheel.txt
	$(TRY) --group compat --constraints requirements/dev.txt --output-file requirements/compat-core.txt
	$(TRY) --group compat --resolution lowest-direct --output-file requirements/compat-lowest.txt
	$(foreach release,$(COMPAT_DATASETS),$(TRY) --group datasets-$(subst .,-,$(release)) \
		--output-file requirements/compat-datasets-$(release).txt &&) true
	$(COMPILE) --group clients --output-file requirements/clients.txt
	cd tests/clients && npm install --package-lock-only --no-audit --no-fund
	$(LOCK) --group harness --extra baselines --extra datasets --extra inspect --extra lm-eval --extra score --extra spacy \
		--output-file requirements/harness.txt

.venv/run.stamp: requirements/run.txt pyproject.toml
	$(call installing,.venv,what \`make run\` needs: the core and the extra datasets)
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes --requirement requirements/run.txt
	$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	$(call installing,.venv,what tests and checks need: all extras but the harnesses)
	$(PIP) install --quiet --require-hashes --requirement requirements/dev.txt
	touch $@

.venv-core/stamp .venv-wheel/stamp: .venv-%/stamp: requirements/%.txt
	$(call installing,$(@D),the dependencies of the wheel in requirements/$*.txt)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --requirement $<
	touch $@

# One environment per lock, and per version of Python for that of the core.
.venv-compat-core-%/stamp: requirements/compat-core.txt pyproject.toml
	$(install-compat)

.venv-compat-%/stamp: requirements/compat-%.txt pyproject.toml
	$(install-compat)

define install-compat
$(call installing,$(@D),$< and this checkout)
$(PYTHON) -m venv $(@D)
$(@D)/bin/python -m pip --disable-pip-version-check install --quiet --requirement $<
$(@D)/bin/python -m pip --disable-pip-version-check install --quiet --no-build-isolation --no-deps --editable .
touch $@
endef

.venv-clients/stamp: requirements/clients.txt
	$(call installing,$(@D),other projects' validators)
	$(PYTHON) -m venv .venv-clients
	$(CLIENTS_PIP) install --quiet --require-hashes --requirement $<
	touch $@

tests/clients/node_modules/.stamp: tests/clients/package.json tests/clients/package-lock.json
	cd tests/clients && npm ci --no-audit --no-fund --silent
	touch $@

.venv-harness/stamp: requirements/harness.txt pyproject.toml
	$(call installing,$(@D),the harnesses)
	$(PYTHON) -m venv .venv-harness
	# The lock is complete; without --no-deps pip takes an extra of a locked package for one that is not.
	$(HARNESS_PIP) install --quiet --require-hashes --no-deps --requirement $<
	$(HARNESS_PIP) install --quiet --no-build-isolation --no-deps --editable .
	touch $@
