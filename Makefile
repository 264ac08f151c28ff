# Skills360. `make help` lists what can be done; each target sets up all that it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help env env-dev run test check bench bench-matching bench-judging load-registration fuzz lock messages clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

env: .venv/.runtime ## The environment in .venv, with hashed packages and compiled translations
env-dev: .venv/.development

.venv/.runtime: requirements.txt scripts/make_env.sh
	@scripts/make_env.sh runtime

.venv/.development: requirements.txt requirements-dev.txt scripts/make_env.sh
	@scripts/make_env.sh development

hackathon/translations/en/LC_MESSAGES/messages.mo: hackathon/translations/en/LC_MESSAGES/messages.po .venv/.runtime
	@.venv/bin/pybabel -q compile -f -d hackathon/translations

.venv/.compiled: $(addprefix hackathon/matching/solver/,kernel.py arrays.py state.py warm.py) .venv/.runtime
	@echo "Compiling the team engine …"
	@.venv/bin/python -m hackathon.matching.solver.warm && touch $@

env: hackathon/translations/en/LC_MESSAGES/messages.mo .venv/.compiled

run: env ## Serve the demo edition on http://127.0.0.1:8000 (PORT, DEMO_STAGE, DATABASE_URL change it)
	@exec .venv/bin/flask serve --demo

test: env env-dev ## Everything: units, views, both databases, the browser
	@scripts/test.sh

check: env env-dev ## Style, types, import directions, templates
	@scripts/check.sh

bench: env env-dev ## What the main pages cost, and 10,000 random sequences of acts on places
	@.venv/bin/python -m tests.load.bench
	@.venv/bin/python -m tests.load.places

load-registration: env env-dev ## 2,000 people rush for 40 + 40 places, on SQLite and PostgreSQL, five times each
	@scripts/system_packages.sh
	@.venv/bin/python -m tests.load.registration

bench-matching: env env-dev ## What the team engine reaches, against its targets (ONLY="people-80 seed=2")
	@.venv/bin/python -m tests.matching.bench $(ONLY)

fuzz: env env-dev ## The long form of the tests with made-up input (FUZZ_EXAMPLES=500)
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-500} .venv/bin/pytest tests/matching/test_brute_force.py

bench-judging: env env-dev ## The official ranking against a known truth, beside the raw mean and Crowd-BT, with its targets
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m tests.judging.bench

lock: env-dev ## Write the hashed locks anew from the .in files
	uv pip compile -q --upgrade --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header requirements.in -o requirements.txt
	uv pip compile -q --upgrade --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header requirements-dev.in -o requirements-dev.txt

messages: env ## Collect the texts of templates and code into the English catalogue
	@scripts/messages.sh

clean: ## Remove what was made here, but not the data in instance/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
