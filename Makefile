# make run: serve the chat on http://127.0.0.1:7860 · make test: every test · make check: lint, types, docs
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 7860
LOCK_EXTRAS := dev,samples

DAY = $(shell $(PYTHON) -c "import json; print(json.load(open('evals/baselines/core.json'))['day'])")
EVAL_HOME := out/eval-home

.PHONY: install run test check evals baseline bench lock samples docs clean

install: $(STAMP)

# The lock pins everything; the project itself goes in without its dependencies and without build
# isolation (setuptools is in the lock), so that nothing beyond the lock is ever fetched.
$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

run: $(STAMP)
	$(BIN)/zhixun serve --samples --port $(PORT)

test: $(STAMP)
	$(BIN)/python -m pytest -q

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python docs/check.py

# The suite over the sample library, on the day of the committed baseline, against that baseline. Not the
# release gate: `zhixun eval gate latest` says what a release still lacks.
evals: $(STAMP)
	rm -rf $(EVAL_HOME) && mkdir -p $(EVAL_HOME)
	ZHIXUN_HOME=$(EVAL_HOME) $(BIN)/zhixun ingest corpus/samples/files --json > /dev/null
	ZHIXUN_HOME=$(EVAL_HOME) ZHIXUN_TODAY=$(DAY) $(BIN)/zhixun eval run core > /dev/null
	$(BIN)/zhixun eval compare core latest
	$(BIN)/zhixun eval gate latest --baseline core --profile ci

# Makes that run the baseline that later ones are held against: look at the comparison first.
baseline: $(STAMP)
	rm -rf $(EVAL_HOME) && mkdir -p $(EVAL_HOME)
	ZHIXUN_HOME=$(EVAL_HOME) $(BIN)/zhixun ingest corpus/samples/files --json > /dev/null
	ZHIXUN_HOME=$(EVAL_HOME) $(BIN)/zhixun eval run core > /dev/null
	$(BIN)/zhixun eval baseline latest

bench: $(STAMP)
	$(BIN)/zhixun bench answers
	$(BIN)/python -m evals.bench.cmrc ../shared/data/cmrc2018/cmrc2018_dev.json out/cmrc
	$(BIN)/zhixun bench retrieval --corpus out/cmrc/corpus.jsonl --queries out/cmrc/queries.jsonl --qrels out/cmrc/qrels.tsv
	$(BIN)/python -m evals.bench.statutes out/statutes
	$(BIN)/zhixun bench retrieval --corpus out/statutes/corpus.jsonl --queries out/statutes/queries.jsonl --qrels out/statutes/qrels.tsv --baselines
	$(BIN)/python -m evals.bench.statutes out/sample-set --suite core --files corpus/samples/files
	$(BIN)/zhixun bench retrieval --corpus out/sample-set/corpus.jsonl --queries out/sample-set/queries.jsonl --qrels out/sample-set/qrels.tsv --baselines
	$(BIN)/python -m evals.bench.answerable out/statutes out/sample-set out/cmrc
	$(BIN)/zhixun bench embed
	$(BIN)/zhixun bench scale

# Writes requirements.lock anew from pyproject.toml (needs the package index).
lock:
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python docs/lock.py $(LOCK_EXTRAS) > requirements.lock.new
	mv requirements.lock.new requirements.lock

# Rebuilds the sample files from corpus/samples/sources.
samples: $(STAMP)
	$(BIN)/python -m corpus.samples.build

# Rewrites docs/cli.md from the CLI's help.
docs: $(STAMP)
	$(BIN)/python docs/check.py --write

clean:
	rm -rf out build dist .mypy_cache .ruff_cache .pytest_cache
