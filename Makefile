# `make help` lists the targets. They install what they need into .venv, from the locked requirements.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

# --no-deps: the lock names every package, so pip must not look for any. For a requirement with an extra, such as
# "coverage[toml]", which the lock lists without it, pip would take the newest release and refuse its missing hash.
INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
PIP := $(BIN)/python $(INSTALL)

# Each process that runs tests has a database, a sandbox and a browser of its own, and takes one file after another.
# Three share two processors: a browser's tests wait much of the time. One that ends early is not replaced: the test that
# hung in it would only hang again.
PARALLEL := --numprocesses 3 --dist loadfile --no-loadscope-reorder --max-worker-restart 0
PYTEST := $(BIN)/python -m pytest
# It measures processor time, which others on the same processors lengthen: it runs alone.
MEASURED := tests/inbox/markup/test_cost.py
ON_POSTGRESQL := TEST_DATABASE=postgresql $(PYTEST)

# Tests start some hundred Python processes; without bytecode, each would compile the whole portal first.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: judges sbom help run demo-code test test-postgresql test-sqlite check proof test-django61 bench bench-peer soak campaign test-scripts lint format screenshots lock clean browser whole-browser programs
.DEFAULT_GOAL := help

help: ## List these targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: .venv/run.done ## Start the portal, its sandbox and a company's website around it, with demo consumers and mail
	@$(BIN)/python manage.py demo $(ARGS)

demo-code: .venv/run.done ## Print the current second-step code of the demo's operator
	@$(BIN)/python manage.py demo --code

test: .venv/dev.done browser programs ## Run all tests: SQLite, PostgreSQL, a real browser
	@$(MAKE) --no-print-directory --jobs 2 test-scripts .venv/compiled.done
	@$(MAKE) --no-print-directory --jobs 2 test-postgresql test-sqlite

# One process beside the three of test-sqlite. Its output comes at its end, in one piece.
test-postgresql: .venv/dev.done programs
	@output=$$($(ON_POSTGRESQL) -m "postgresql and not proof" $(ARGS) 2>&1); status=$$?; echo "$$output"; \
	[ $$status -eq 0 ] || [ $$status -eq 5 ] # ARGS may choose none of these.

test-sqlite: .venv/dev.done browser programs
	$(PYTEST) $(PARALLEL) $(ARGS)

check: .venv/dev.done test-scripts ## Run the quick tests only: SQLite, no browser, nothing that is marked as slow
	$(PYTEST) $(PARALLEL) -m "not browser and not slow and not proof" $(ARGS)

proof: .venv/dev.done whole-browser programs var/frameworks/done ## Run the long forms of tests, and all that touches the database on PostgreSQL
	$(PYTEST) -m proof $(MEASURED)
	$(PYTEST) $(PARALLEL) -m proof --ignore $(MEASURED) $(ARGS)
	$(ON_POSTGRESQL) $(PARALLEL) -m "postgresql or not slow" --ignore $(MEASURED) tests/inbox tests/accounts tests/portal tests/embed tests/access tests/hostile $(ARGS)

test-scripts: .venv/dev.done ## Run the unit tests of the pages' scripts
	$(BIN)/node --test --test-reporter=dot 'tests/scripts/*.test.js'

# In an environment of its own: it needs packages that neither the portal nor its tests do.
sbom: var/sbom/done ## Write the portal's components, with hashes and licences, to var/sbom.json (CycloneDX)
	@PYTHONWARNINGS=ignore var/sbom/bin/cyclonedx-py requirements requirements/base.txt --pyproject pyproject.toml --output-reproducible \
		| var/sbom/bin/python -m tests.support.sbom > var/sbom.json && echo "Written to var/sbom.json"

var/sbom/done: requirements/sbom.txt | .venv/bin/python
	@$(PYTHON) -m venv var/sbom && var/sbom/bin/python $(INSTALL) -r requirements/sbom.txt && touch $@

judges: .venv/dev.done var/judges/done ## Run other people's scanners against the portal behind nginx: ARGS="csp tls" for some of them
	@$(BIN)/python -m tests.judges $(ARGS)

var/judges/done: requirements/judges.txt tests/judges/package-lock.json | .venv/dev.done
	@echo "Installing the judges (once) ..."
	@$(PYTHON) -m venv var/judges/venv && var/judges/venv/bin/python $(INSTALL) -r requirements/judges.txt
	@cp tests/judges/package.json tests/judges/package-lock.json var/judges/
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --prefix var/judges --silent --ignore-scripts --no-audit --no-fund
	@PATH="$$PATH:/usr/sbin" command -v nginx > /dev/null || [ "$$(id -u)" != 0 ] || \
		apt-get install -y -qq --no-install-recommends nginx > /dev/null
	@command -v java > /dev/null || [ "$$(id -u)" != 0 ] || \
		apt-get install -y -qq --no-install-recommends default-jre-headless > /dev/null
	@touch $@

# Frameworks and libraries of websites, in which the embed script and its npm package are tested.
var/frameworks/done: tests/browser/embed/frameworks/package-lock.json | .venv/dev.done
	@echo "Installing the frameworks of websites (once) ..."
	@mkdir -p var/frameworks && cp tests/browser/embed/frameworks/package*.json var/frameworks/
	@$(BIN)/npm ci --prefix var/frameworks --silent --ignore-scripts --no-audit --no-fund
	@touch $@

bench: .venv/dev.done browser ## Measure each page as a ratio to an empty one, and what a first visit and the script cost; ARGS=growth: docs/scaling.md
	@$(BIN)/python -m tests.perf.bench $(ARGS)
	@[ -n "$(ARGS)" ] || $(PYTEST) -q -s -m "" tests/browser/test_first_visit.py tests/browser/embed/test_costs.py | grep " cost"

bench-peer: .venv/dev.done ## Measure a webmail (Roundcube) beside the portal: needs root, on Debian; ARGS="--rounds 9"
	@$(BIN)/python -m tests.perf.peer $(ARGS)

soak: .venv/dev.done programs ## Use two instances for a long time; does memory grow? ARGS="--minutes 20 --rate 20"
	@$(BIN)/python -m tests.perf.soak $(ARGS)

campaign: .venv/dev.done ## Test the promise about sending against thousands of faults: ARGS="--messages 10000 --seed 7"
	@$(BIN)/python -m tests.chaos.campaign $(ARGS)

lint: .venv/dev.done node_modules/lint.done ## Check style, types, templates and scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEBUG=true $(BIN)/mypy
	$(BIN)/djlint --check --lint templates portal/demo/website/templates
	$(BIN)/node node_modules/typescript/bin/tsc
	$(BIN)/node node_modules/eslint/bin/eslint.js --max-warnings 0 .

format: .venv/dev.done ## Format code and templates
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djlint --reformat --quiet templates portal/demo/website/templates

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Name one with: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "This Python cannot make virtual environments. On Debian: apt-get install python3-venv"; exit 1; }

.venv/run.done: requirements/base.txt | .venv/bin/python
	@echo "Installing what the portal needs (once) ..."
	@$(PIP) -r requirements/base.txt
	@touch $@

.venv/dev.done: requirements/dev.txt | .venv/bin/python
	@echo "Installing what the tests need (once) ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@ .venv/run.done

# Pytest compiles each file of tests when it is first read. In a new clone four processes would compile all at once.
.venv/compiled.done: .venv/dev.done
	@$(PYTEST) --collect-only -qq > /dev/null || true # The round itself tells what fails.
	@touch $@

# Node itself is a Python package of the development requirements, so that it needs no step of its own.
node_modules/lint.done: package-lock.json | .venv/dev.done
	@echo "Installing what checks the scripts (once) ..."
	@$(BIN)/npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

browser: .venv/dev.done
	@$(BIN)/python -m tests.browser.chromium

whole-browser: .venv/dev.done
	@$(BIN)/python -m tests.browser.chromium --whole

programs: .venv/dev.done
	@$(BIN)/python -m tests.support.programs

test-django61: ## Run the tests on Django 6.1 (needs Python 3.12 or newer)
	@p=$$(for p in $(PYTHON) python3.13 python3.12 $(wildcard $(HOME)/.pyenv/versions/3.1[23]*/bin/python3); do $$p -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$p && break; done); \
	test -n "$$p" || { echo "Django 6.1 needs Python 3.12 or newer, which was not found. Name one: make test-django61 PYTHON=/path/to/python"; exit 1; }; \
	test -d .venv61 || $$p -m venv .venv61
	@.venv61/bin/python $(INSTALL) -r requirements/dev-django61.txt
	.venv61/bin/python -m pytest -m "not browser and not proof" $(ARGS)

screenshots: .venv/dev.done browser ## Take the README's pictures again, from a running demo
	@$(BIN)/python -m tests.browser.screenshots http://127.0.0.1:$(or $(PORT),8000) http://127.0.0.1:$(or $(SITE_PORT),8002)

lock: ## Update the locked requirements from pyproject.toml (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		-c requirements/django52.in pyproject.toml --extra redis -o requirements/base.txt
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		-c requirements/django52.in pyproject.toml --extra redis --extra dev -o requirements/dev.txt
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.12 \
		-c requirements/django61.in pyproject.toml --extra redis --extra dev -o requirements/dev-django61.txt
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		requirements/sbom.in -o requirements/sbom.txt
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		requirements/judges.in -o requirements/judges.txt

clean: ## Remove everything that was installed or built
	rm -rf .venv .venv61 node_modules var
