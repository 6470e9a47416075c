# The one list of verbs. `make run` and `make test` do all the set-up themselves.
PYTHON ?= python3
BIN := .venv/bin
PIN := requirements/uv.pin

.PHONY: run test check lint types layers material browser faults quality bench train clean
.DEFAULT_GOAL := run

RUN_STAMP := .venv/.stamp-run
DEV_STAMP := .venv/.stamp-dev

$(BIN)/uv: $(PIN)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本 (make PYTHON=python3.12 run)" >&2; exit 2; }
	@$(PYTHON) -m venv .venv || { echo "建不了虚拟环境: 请先安装 python3-venv" >&2; exit 2; }
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $(PIN)
	@touch $@

$(RUN_STAMP): requirements/run.lock pyproject.toml | $(BIN)/uv
	@[ -f $(DEV_STAMP) ] || $(BIN)/uv pip install -q --require-hashes -r requirements/run.lock
	@$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements/dev.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv pip install -q --require-hashes -r requirements/dev.lock
	@$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@ $(RUN_STAMP)

run: $(RUN_STAMP)
	@exec $(BIN)/python -m dashboard up

test: $(DEV_STAMP)
	$(BIN)/python -m pytest -n 2 -m "not browser and not material and not slow"

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_STAMP)
	$(BIN)/mypy .

layers: $(DEV_STAMP)
	$(BIN)/lint-imports

material: $(DEV_STAMP)
	$(BIN)/python -m pytest -m "(material or slow) and not browser" -n 2

browser: $(DEV_STAMP)
	$(BIN)/python -m pytest -m browser

quality: $(DEV_STAMP)
	$(BIN)/python -m pytest tests/test_nlp_quality.py

check: test lint types layers material browser

train: $(DEV_STAMP)
	$(BIN)/python -m nlp train

faults: $(DEV_STAMP)
	FAULT_ROUNDS=5 $(BIN)/python -m pytest tests/faults -s

bench: $(DEV_STAMP)
	$(BIN)/python -m tests.bench

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
