# Every task, one word each. Needs Python 3.11+, make and git; nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup lean full demo serve test test-processor test-long check fix rules replay bench golden docs trust clean
PY := .venv/bin/python
KIND ?= demo
SERVE ?= 1
PORT ?= 8000
ARGS ?=
JOBS ?= 2

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv, hash-checked: KIND=demo (the default) or KIND=dev, which adds what tests need
	@./setup $(KIND)

lean:
	@./setup demo

full:
	@./setup dev

demo: lean ## run the 2025 programme from budget to rebalancing, then serve every desk (SERVE=0: only run; AGAIN=1: delete the last run first)
	@$(PY) -m dure demo --serve $(SERVE) --port $(PORT) $(if $(AGAIN),--again)

serve: lean ## serve what the last demo left
	@$(PY) -m dure serve --port $(PORT)

test: full ## all tests, on two cores (JOBS=), each file on one (ARGS= for a slice)
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-processor: full ## all tests, each within its processor time
	@DURE_PROCESSOR_BUDGETS=1 $(PY) -m pytest --processor 60 $(ARGS)

test-long: full ## long suites: soak, races, brute force at length
	@$(PY) -m pytest -m long $(ARGS)

check: full ## lint, contracts, types, tests: what CI runs
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@.venv/bin/lint-imports
	@$(PY) -m mypy
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

fix: full ## format, and mend what can be mended by machine
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

rules: lean ## validate and print the rule book
	@$(PY) -m dure rules check
	@$(PY) -m dure rules show

replay: lean ## re-run every filed decision of the last demo and list differences
	@$(PY) -m dure replay

bench: full ## the figures that the documentation quotes
	@$(PY) benchmarks/run.py $(ARGS)

golden: full ## write the figures of the golden programme again, then show what changed
	@$(PY) -m pytest tests/cycle --regenerate-golden -q
	@git --no-pager diff tests/cycle/golden

docs: lean ## write the reference pages from rules, stages and formats
	@$(PY) -m dure docs

trust: full ## try every invariant, and write docs/explanation/trust.md from what the tests said
	@PYTHONPATH=tests $(PY) -m trust

clean: ## stop what these tasks started and remove what they made
	-@if [ -d .demo ] && [ -x $(PY) ]; then DURE_HOME=.demo $(PY) -m dure stop; fi
	-@for each in .demo/postgres .devpg; do \
	  if [ -d $$each ] && [ -x $(PY) ]; then \
	    $(PY) -c 'import pathlib, sys; from dure.connectors.postgres import embedded; embedded.remove(pathlib.Path(sys.argv[1]))' $$each; \
	  fi; done
	@rm -rf .venv .demo .devpg build src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
