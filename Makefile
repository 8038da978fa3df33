# Every command a person needs. `make` alone lists them. Works without root, in paths with spaces, beside other checkouts.

PORT ?= 8000
SIZES ?= 1000
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
PY := "$(VENV)/bin/python"
PIP := $(PY) -m pip --disable-pip-version-check --no-input install -qq --require-hashes
MANAGE := $(PY) manage.py
TEST_SETTINGS := LOG_LEVEL=WARNING DJANGO_SETTINGS_MODULE=promo_portal.settings.test

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench browser endurance doctor reset venv demo-packages dev-packages

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

demo: demo-packages ## the whole portal on http://localhost:8000 (PORT=8001 for another port), with data, mail and clock
	@exec $(PY) -m promo_portal.embedded run --port $(PORT)

test: dev-packages ## the whole suite (browser tests where Chromium is found)
	@$(PY) -m pytest -n 2

lint: dev-packages ## style, types, import floors, templates, migrations, translations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint templates --lint --quiet
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo
	$(TEST_SETTINGS) $(MANAGE) makemigrations --check --dry-run
	$(TEST_SETTINGS) $(MANAGE) lintmigrations --project-root-path . --quiet ok ignore
	$(TEST_SETTINGS) $(MANAGE) check_catalogues

format: dev-packages ## put the code into the house's form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: dev-packages ## measure the pages; prints ratios, with the load of the machine (SIZES="1000 100000 1000000")
	@$(PY) -m promo_portal.embedded build
	@$(MANAGE) bench --sizes $(SIZES)

browser: dev-packages ## every browser test in every language, width and theme
	@$(PY) -m pytest tests/browser -m browser

endurance: dev-packages ## the long and rough tests: killed workers, lost brokers, restarted databases
	@$(PY) -m pytest -m endurance

doctor: demo-packages ## what is here, what is missing, and how to heal it
	@$(PY) -m promo_portal.embedded doctor --port $(PORT)

reset: demo-packages ## stop the demo and drop its data
	@$(PY) -m promo_portal.embedded reset

# -- the virtual environment: made once, renewed when the lock changes ------------------------------------------------

demo-packages: venv
	@cmp -s requirements-demo.txt "$(VENV)/demo.lock" || { echo "Installing the packages (once, about half a minute) …" && \
		$(PIP) -r requirements-demo.txt && cp requirements-demo.txt "$(VENV)/demo.lock"; }

dev-packages: venv
	@cmp -s requirements-dev.txt "$(VENV)/dev.lock" || { echo "Installing the packages for tests (once, about a minute) …" && \
		$(PIP) -r requirements-dev.txt && cp requirements-dev.txt "$(VENV)/dev.lock" && cp requirements-demo.txt "$(VENV)/demo.lock"; }

venv:
	@$(PY) -c '' 2>/dev/null && exit 0; \
	test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed and none was found. Install it, or name it: make demo PYTHON=/path/to/python3"; exit 1; }; \
	"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python lacks its venv part. On Debian or Ubuntu: apt install python3-venv"; exit 1; }; \
	"$(PYTHON)" -m venv --clear "$(VENV)"
