# Every task by name. `make demo` and `make test` are all a newcomer needs.
PYTHON ?= python3
BIN := .venv/bin
area ?=
workers ?= 2
# an area by its name, wherever it lives: `make test area=registry`
PLACE := $(if $(area),$(wildcard src/gezhi/$(area) src/gezhi/*/$(area) tests/$(area)),)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test check fix bench reference shots lock

help: ## list the tasks
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | sed 's/|/\t/' | expand -t 20

setup: ## install what running needs: packages, front-end files, a database
	@$(PYTHON) scripts/setup.py

setup-dev: ## install what testing needs as well
	@$(PYTHON) scripts/setup.py --dev

demo: setup ## set everything up and run it on two demo subdistricts
	@exec $(BIN)/gezhi demo

test: setup-dev ## set everything up and test it (one area: area=registry)
	$(if $(area),$(if $(PLACE),,$(error there is no area called $(area))))
	@$(BIN)/pytest -q -n $(workers) $(PLACE)

check: setup-dev ## format, lint, strict types, boundaries, missing migrations, stale reference
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0
	@$(BIN)/python -m scripts.reference --check

fix: setup-dev ## repair format and lint where that can be done by itself
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

bench: setup-dev ## print every performance figure beside its floor
	@$(BIN)/python -m bench

reference: setup-dev ## redraw docs/reference from the code
	@$(BIN)/python -m scripts.reference

shots: setup-dev ## retake the screenshots of docs/guide from the journeys
	@$(BIN)/pytest -q -n 1 tests/journeys --shots

lock: setup-dev ## renew the lock files after a change of dependencies
	@$(BIN)/python scripts/lock.py
