VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3
TOPIC ?= Why develop a reading habit
REPEAT ?= 1
WORKERS ?= 2
PROTOS = $(shell cd proto && find pixelle -name '*.proto' | sort)
SWAP = if command -v npm >/dev/null; then cd examples/tts-node && npm ci --ignore-scripts --no-audit --no-fund --silent; fi
PIP = $(BIN)/pip install --disable-pip-version-check --quiet

.PHONY: help demo test test-cluster test-docker test-xtts check quick proto images serve up-local bench bench-tasks bench-demo previews lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.ready ## make output/demo.mp4 from a topic (TOPIC="...")
	$(BIN)/pixelle setup --system
	$(BIN)/pixelle demo "$(TOPIC)" --output output/demo.mp4

test: $(VENV)/.ready-dev ## run every test of one machine
	$(BIN)/pixelle setup --system --for tests
	$(SWAP)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --ignore tests/cluster --ignore tests/docker --ignore tests/traps
	$(BIN)/pytest tests/traps tests/docker # one after the other: they look at the clock and at every process

test-cluster: $(VENV)/.ready-dev ## run the tests with Postgres, S3 and many processes
	$(BIN)/pixelle setup --system --for cluster-tests
	$(SWAP)
	$(BIN)/pytest tests/cluster

test-docker: $(VENV)/.ready-dev ## run the same scenarios on containers; as root on Debian, starts an engine where none is
	$(BIN)/pixelle setup --system --for tests
	bash deploy/images/engine.sh $(BIN)/pytest tests/docker

test-xtts: ## run the tests of voice copying with a random-weight XTTS, in .venv-xtts (torch for the CPU, 1.9 GB)
	test -d .venv-xtts || $(PYTHON) -m venv .venv-xtts
	.venv-xtts/bin/pip install --disable-pip-version-check --quiet torch==2.13.0
	.venv-xtts/bin/pip install --disable-pip-version-check --quiet "coqui-tts==0.28.*" six -e ".[tts]" pytest pytest-asyncio pytest-timeout
	.venv-xtts/bin/pip install --disable-pip-version-check --quiet --no-deps torchaudio==2.11.0 torchcodec
	rm -f .venv-xtts/lib/python3.*/site-packages/torchaudio/lib/*.so # its compiled parts want CUDA; none is used
	.venv-xtts/bin/python -m pytest tests/unit/svc_tts/engines/test_coqui.py

quick: $(VENV)/.ready-dev ## run the tests that take less than ten seconds each
	$(BIN)/pytest -m "not slow and not cluster and not docker"

check: $(VENV)/.ready-dev ## lint, types, contract
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/pyright && cd proto && ../$(BIN)/buf lint && ../$(BIN)/buf breaking --against released.binpb

proto: $(VENV)/.ready-dev ## generate the stubs from proto/
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m grpc_tools.protoc -Iproto --python_out=. --grpc_python_out=. --mypy_out=. --mypy_grpc_out=. $(PROTOS)
	rm -f pixelle/core/v1/core_pb2_grpc.py*

images: $(VENV)/.ready-dev ## build the container images with docker, podman or buildah (IMAGES="tts render", BASE=...)
	$(BIN)/python -m deploy.images $(IMAGES) $(if $(BASE),--base $(BASE))

serve: $(VENV)/.ready ## start the gateway with everything inside on 127.0.0.1:8000
	$(BIN)/pixelle serve

bench: $(VENV)/.ready-dev ## measure the render case by case, beside the ordinary way (REPEAT=1)
	$(BIN)/python -m benchmarks.render --against baseline --repeat $(REPEAT) --jsonl output/bench.jsonl --table

bench-tasks: $(VENV)/.ready-dev ## measure what tasks cost besides their engines, embedded and in a cluster
	$(BIN)/python -m benchmarks.tasks

bench-demo: $(VENV)/.ready-dev ## measure the main job, one JSON line per run
	$(BIN)/python -m benchmarks.demo

up-local: $(VENV)/.ready-dev ## start a small cluster of plain processes here
	$(BIN)/python -m deploy.local

previews: $(VENV)/.ready-dev ## draw docs/templates.png and a preview of every template
	$(BIN)/pixelle setup --system --for tests
	$(BIN)/python -m tools.previews

pictures: $(VENV)/.ready-dev ## draw docs/pictures.png: scenes by the engine that needs no GPU
	$(BIN)/pixelle setup --system --for tests
	$(BIN)/python -m tools.pictures

lock: $(VENV)/.ready-dev ## pin every package again
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 --extra starter pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock
	$(BIN)/python -m deploy.images --lock

clean: ## remove what make made (not your videos)
	rm -rf $(VENV) .pytest_cache .ruff_cache build *.egg-info

$(VENV)/.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11"; exit 1)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	touch $@
