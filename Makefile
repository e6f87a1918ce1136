# Every task, one word each. Needs Python 3.11+, make and git; nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-long check fix rules replay bench golden docs clean
PY := .venv/bin/python
SERVE ?= 1
PORT ?= 8000
ARGS ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv from requirements.lock, hash-checked
	@./setup

demo: setup ## run the 2025 programme from budget to rebalancing, then serve every desk (SERVE=0: only run)
	@$(PY) -m dure demo --serve $(SERVE) --port $(PORT)

serve: setup ## serve what the last demo left
	@$(PY) -m dure serve --port $(PORT)

test: setup ## all tests (ARGS= for a slice)
	@$(PY) -m pytest $(ARGS)

test-long: setup ## long suites: soak, races, brute force at length
	@$(PY) -m pytest -m long $(ARGS)

check: setup ## lint, contracts, types, tests: what CI runs
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@.venv/bin/lint-imports
	@$(PY) -m mypy
	@$(PY) -m pytest $(ARGS)

fix: setup ## format, and mend what can be mended by machine
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

rules: setup ## validate and print the rule book
	@$(PY) -m dure rules check
	@$(PY) -m dure rules show

replay: setup ## re-run every filed decision of the last demo and list differences
	@$(PY) -m dure replay

bench: setup ## the figures that the documentation quotes
	@$(PY) benchmarks/run.py $(ARGS)

golden: setup ## write the figures of the golden programme again, then show what changed
	@$(PY) -m pytest tests/cycle --regenerate-golden -q
	@git --no-pager diff tests/cycle/golden

docs: setup ## make the reference pages anew from rules, stages and formats
	@$(PY) -m dure docs

clean: ## take away what these tasks made
	@rm -rf .venv .demo .devpg
