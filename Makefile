# Digest: `make` alone lists what there is.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench messages lock audit clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/demo ## Serve the demo: database, people, the list published (ARGS="--port 8001", "--no-serve")
	$(BIN)/python manage.py demo $(ARGS)

test: $(VENV)/dev ## Run the tests, on SQLite or on DATABASE_URL (ARGS="-k feed")
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

lint: $(VENV)/dev ## Check style, types, settings and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: $(VENV)/dev ## Measure import, export, pages and codec against their limits (ARGS="codec")
	$(BIN)/python -m tests.benchmarks $(ARGS)

messages: $(VENV)/dev ## Collect the texts to translate, and compile the translations (needs gettext)
	$(BIN)/python manage.py makemessages --locale zh_Hans --ignore tests --add-location file --no-wrap
	$(BIN)/python manage.py compilemessages --locale zh_Hans --ignore .venv

# A lock names versions and hashes, never a registry. UPGRADE=1 takes the newest versions.
COMPILE = $(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

lock: $(VENV)/dev ## Renew the locks from pyproject.toml (UPGRADE=1: to the newest versions)
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt

# No answer about a package is a failure (--strict). In no lock: what audits them is always the newest.
audit: $(VENV)/dev ## Ask PyPI for known weaknesses of the locked packages
	$(BIN)/uv --no-config tool run pip-audit --strict --disable-pip -r requirements.txt -r requirements-dev.txt

clean: ## Remove .venv and the tools' caches; the data in .data stays
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache

# One .venv serves all. An empty file in it says which lock it holds; a newer lock is installed again.
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Digest needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/demo: requirements.txt | $(VENV)/made
	$(PIP) --requirement $<
	@touch $@

$(VENV)/dev: requirements-dev.txt | $(VENV)/made
	$(PIP) --requirement $<
	@touch $@ $(VENV)/demo
