# `make demo` and `make test` set up everything they need; after `make setup` nothing needs a network.
# Another interpreter (3.11 to 3.13):  make setup PYTHON=python3.13

PYTHON ?= python3
UV_VERSION := 0.13.9

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed.stamp
JARS := jars
DELTA := tools/delta
S3_JARS := $(JARS)/s3
S3 := tools/s3

AIRFLOW_VENV := .venv-airflow
AIRFLOW_BIN := $(AIRFLOW_VENV)/bin
AIRFLOW_INSTALLED := $(AIRFLOW_VENV)/installed.stamp

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# uv takes the interpreter that is here and fetches none.
export UV_PYTHON_DOWNLOADS := never
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

.PHONY: help setup airflow up down jars jars-s3 demo test test-all check format docs bench lock bundle clean

help:  ## this list
	@sed -nE 's/^([a-z0-9-]+):.*##  ?(.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(INSTALLED) jars  ## virtual environment from the lock file, Delta jars checked by SHA-256

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "$(PYTHON) must be Python 3.11 to 3.13; choose one: make setup PYTHON=..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# A new top-level package must be mapped by the editable install, hence the dependency on the __init__ files.
$(INSTALLED): requirements.lock pyproject.toml $(wildcard */__init__.py) | $(VENV)/bin/uv
	$(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --offline --no-deps --no-build-isolation --editable .
	@touch $@

airflow: $(AIRFLOW_INSTALLED)  ## Airflow's own virtual environment, from its own lock file

$(AIRFLOW_INSTALLED): requirements-airflow.lock | $(VENV)/bin/uv
	$(PYTHON) -m venv --clear $(AIRFLOW_VENV)
	VIRTUAL_ENV=$(CURDIR)/$(AIRFLOW_VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements-airflow.lock
	@touch $@

# What `make up` works on: a folder with landing/, rules/ and lake/, as `make demo` leaves one.
SITE ?= demo

up: setup airflow  ## Airflow and MLflow on this machine, on loopback, to try the DAGs on SITE=demo
	@$(AIRFLOW_BIN)/python -m tools.trial up $(SITE)

down:  ## end what `make up` started
	@$(AIRFLOW_BIN)/python -m tools.trial down $(SITE)

# Checked every time, fetched only when missing.
jars: $(JARS)/delta-spark_4.2_2.13-4.4.0.jar
	@cd $(JARS) && sha256sum --check --strict --quiet ../$(DELTA)/SHA256SUMS \
	  || { echo "a Delta jar in $(JARS)/ is not the one named in $(DELTA)/SHA256SUMS: delete $(JARS)/ and run make setup" >&2; exit 6; }

$(JARS)/delta-spark_4.2_2.13-4.4.0.jar: $(DELTA)/pom.xml
	mvn --quiet --batch-mode -Dstyle.color=never --file $(DELTA)/pom.xml dependency:copy-dependencies \
	  -DincludeArtifactIds=delta-spark_4.2_2.13,delta-storage -DoutputDirectory=$(CURDIR)/$(JARS)
	@touch $@

jars-s3: $(S3_JARS)/hadoop-aws-3.5.0.jar  ## jars for a lake on an object store (700 MB), checked by SHA-256
	@cd $(S3_JARS) && sha256sum --check --strict --quiet ../../$(S3)/SHA256SUMS \
	  || { echo "a jar in $(S3_JARS)/ is not the one named in $(S3)/SHA256SUMS: delete $(S3_JARS)/ and run make jars-s3" >&2; exit 6; }

$(S3_JARS)/hadoop-aws-3.5.0.jar: $(S3)/pom.xml
	mvn --quiet --batch-mode -Dstyle.color=never --file $(S3)/pom.xml dependency:copy-dependencies \
	  -DoutputDirectory=$(CURDIR)/$(S3_JARS)
	@touch $@

demo: setup  ## a synthetic county from landed files to the ranked case list (10 minutes on 2 cores)
	$(BIN)/fundguard demo

# A night of a few rows waits for its JVM more than it computes: two run beside each other.
TWO_AT_ONCE := --numprocesses 2 --dist loadfile --no-loadscope-reorder

test: setup airflow  ## the tests of every change
	$(BIN)/python -m pytest -m "not long" $(TWO_AT_ONCE)
	$(AIRFLOW_BIN)/python -m pytest -m "not long" tests/airflow

test-all: setup airflow  ## all tests, the long ones too
	$(BIN)/python -m pytest $(TWO_AT_ONCE)
	$(AIRFLOW_BIN)/python -m pytest tests/airflow

check: setup  ## format, lint, types, import layers, generated pages current
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m jobs.docs --check

format: setup  ## lay the code out and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup  ## write the generated pages again
	$(BIN)/python -m jobs.docs

bench: setup  ## the measurements of benchmarks/
	$(BIN)/python -m benchmarks

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
  --no-emit-index-url --no-emit-find-links

lock: $(VENV)/bin/uv  ## both lock files from pyproject.toml: hashes, no addresses
	$(COMPILE) --extra dev pyproject.toml -o requirements.lock
	$(COMPILE) --group pyproject.toml:airflow -o requirements-airflow.lock

bundle: setup  ## one archive for a closed network, in dist/: wheels, jars, product, install.sh
	tools/bundle/build.sh $(BIN)/python dist $(UV_VERSION)

clean:  ## remove what setup, tests and the demo made
	rm -rf $(VENV) $(AIRFLOW_VENV) $(JARS) demo trial dist benchmarks/out spark-warehouse *.egg-info \
	  .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
