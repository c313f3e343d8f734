# Everything a newcomer, a developer and the build machine do, in the same words.

PYTHON ?= python3
BIN := .venv/bin
CATALOGS := $(wildcard translations/*/LC_MESSAGES/messages.po)
# Some build machines forbid Python to keep what it compiled: each process would compile all of it anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517

.PHONY: help run test check bench prove words formatting lint types house audit
.DEFAULT_GOAL := help

help:
	@echo "make run     start Kopuro here, with a demonstration network, on http://127.0.0.1:8000 (PORT= changes it)"
	@echo "make test    run the whole test suite against a PostgreSQL of its own"
	@echo "make check   formatting, lint, types, translations, migrations, known holes in what we use"
	@echo "make bench   measure, print a table, write build/bench.json"
	@echo "make prove   every promise of docs/security.md at full size (an hour or so)"

run: .venv/installed words
	@exec $(BIN)/python -m network.server

test: .venv/installed-dev words
	@$(BIN)/python -m pytest -n 2 --dist worksteal --durations=15 $(PYTEST)

# Each part runs although another found something: who mends things wants to know them all.
check: .venv/installed-dev words
	@$(MAKE) --no-print-directory --keep-going formatting lint types house audit

formatting:
	@$(BIN)/ruff format --check --quiet . && echo "formatting: in order"

lint:
	@$(BIN)/ruff check --quiet . && echo "lint and security lint: in order"

types:
	@$(BIN)/mypy --strict --no-error-summary && echo "types: in order"

house:
	@$(BIN)/python -m pytest -q -p no:cacheprovider tests/house && echo "the house (arrows, routes, tables, migrations, settings, translations): in order"

audit:
	@$(BIN)/python .ci/audit.py

bench: .venv/installed-dev words
	@$(BIN)/python -m benchmarks $(BENCH)

# Every test that has a full size (the fixture "proving"), wherever it lies, every bar, and the house.
prove: .venv/installed-dev words house
	@KOPURO_PROVE=1 $(BIN)/python -m pytest -p no:cacheprovider -s -m prove $(PYTEST)

words: $(CATALOGS:.po=.mo)

%.mo: %.po | .venv/installed
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Kopuro needs Python 3.11 or newer; PYTHON=… names one."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python cannot make a virtual environment here; on Debian: apt install python3-venv"; exit 1; }
	@echo "Installing what Kopuro needs into .venv (one to three minutes, once) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) --requirement requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what the tests need into .venv …"
	@$(PIP) --requirement requirements-dev.txt
	@touch $@
