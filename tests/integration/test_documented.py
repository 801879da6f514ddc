"""Nothing that is documented can go missing: every endpoint is described as it should be, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.embedded import embedded
from tests.integration.documented import ROWS, Given, Row
from tests.vendor import vendor

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import httpx

SCRIPT = {"text": "Ten pages a day.", "mode": "fixed", "video_fps": 15, "bgm_volume": 0}


@pytest.fixture(scope="module")
async def http(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[httpx.AsyncClient]:
    with vendor("Hello.") as said, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIXELLE_LLM_BASE_URL", said.url)
        patch.setenv("PIXELLE_LLM_MODEL", "m")
        async with embedded(tmp_path_factory.mktemp("documented"), script="openai") as client:
            yield client


@pytest.fixture(scope="module")
async def described(http: httpx.AsyncClient) -> dict[str, Any]:
    return (await http.get("/openapi.json")).json()


@pytest.fixture(scope="module")
async def names(http: httpx.AsyncClient) -> dict[str, str]:
    """Tasks that have ended, and one that has not."""
    made: dict[str, str] = {}
    for name in ("task_id", "other"):
        body = {**SCRIPT, "title": name, "frame_template": "1080x1080/static_default.html"}
        made[name] = (await http.post("/api/video/generate/sync", json=body)).json()["task_id"]
    return made


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_it_is_described(described: dict[str, Any], row: Row) -> None:
    told = described["paths"][row.path][row.method.lower()]
    queried = {each["name"].lower(): each for each in told.get("parameters", ()) if each["in"] != "path"}
    fields = {name: (each["schema"], each.get("required", False)) for name, each in queried.items()}
    if body := told.get("requestBody"):
        (content,) = body["content"].values()
        schema = _resolved(content["schema"], described)
        must = schema.get("required", ())
        fields |= {name: (each, name in must) for name, each in schema["properties"].items()}
    for name, wanted in row.takes.items():
        assert name in fields, f"{row} does not take {name}"
        _compare(*fields[name], wanted, f"{row}: {name}")


def _compare(schema: dict[str, Any], required: bool, wanted: Given, where: str) -> None:
    assert required == wanted.required, where
    assert schema.get("default") == wanted.default, where
    bounds = {name: value for each in (schema, *schema.get("anyOf", ())) for name, value in each.items()}
    for name, value in (("minimum", wanted.low), ("maximum", wanted.high)):
        if value is not None:
            assert bounds[name] == value, where


def _resolved(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    schema = next((each for each in schema.get("anyOf", ()) if "$ref" in each), schema)
    if "$ref" in schema:
        return described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_it_answers(http: httpx.AsyncClient, names: dict[str, str], row: Row) -> None:
    at = row.at or row.path
    if "{running}" in at:
        at = at.format(running=await _running(http))
    got = await http.request(row.method, at.format(**names), **row.call)
    assert got.status_code == row.status, got.text
    if row.answers == ("",):
        assert got.content
        return
    said = got.json()
    for name in row.answers:
        assert not _lacks(said, name), f"{row} answered no {name}: {got.text[:500]}"


async def _running(http: httpx.AsyncClient) -> str:
    """A task that has just begun."""
    body = {**SCRIPT, "text": "\n\n".join(f"Sentence {number} of a long script." for number in range(20))}
    return (await http.post("/api/video/generate/async", json=body)).json()["task_id"]


def _lacks(said: Any, name: str) -> bool:
    """Nothing stands at a path such as "a.b[].c": there has to be an element, and each has to have it."""
    if not name:
        return False
    head, _, rest = name.partition(".")
    if key := head.removesuffix("[]"):
        if not isinstance(said, dict) or key not in said:
            return True
        said = cast("dict[str, Any]", said)[key]
    each: list[Any] = said if head.endswith("[]") else [said]
    return not each or any(_lacks(one, rest) for one in each)
