"""The studio's files: what its languages say, and what it believes that the gateway answers."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pytest

from gateway.app import create_app
from gateway.boards import SCENE_MADE
from gateway.routers.studio import languages, page
from gateway.settings import GatewaySettings

STUDIO = Path(str(files("gateway").joinpath("static/studio")))
SCRIPTS = {each.name: each.read_text("utf-8") for each in STUDIO.glob("*.js")}
TAGS = [each.stem for each in (STUDIO / "languages").iterdir()]
PLURALS = {"zero", "one", "two", "few", "many", "other"}
NAMED = re.compile(r'"([a-z]+(?:\.[a-z_]+)?)"')


def language(tag: str) -> dict[str, dict[str, Any]]:
    return json.loads((STUDIO / "languages" / f"{tag}.json").read_text("utf-8"))


def forms(text: str | dict[str, str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def holes(text: str | dict[str, str]) -> set[str]:
    return {hole for form in forms(text) for hole in re.findall(r"\{(\w+)\}", form)}


def test_the_page_is_told_of_every_language() -> None:
    assert languages() == sorted(TAGS)
    assert {"en", "zh-Hans"} <= set(TAGS)
    assert f'data-languages="{" ".join(sorted(TAGS))}"' in bytes(page().body).decode()


@pytest.mark.parametrize("tag", sorted(set(TAGS) - {"en"}))
def test_a_language_says_what_english_says(tag: str) -> None:
    english, other = language("en")["says"], language(tag)["says"]
    assert set(other) == set(english)
    assert {key: holes(text) for key, text in other.items()} == {key: holes(text) for key, text in english.items()}


@pytest.mark.parametrize("tag", TAGS)
def test_the_texts_of_a_language_are_whole(tag: str) -> None:
    said = language(tag)["says"]
    assert list(said) == sorted(said)
    for key, text in said.items():
        assert all(form.strip() for form in forms(text)), key
        if isinstance(text, dict):
            assert "other" in text, key
            assert set(cast("dict[str, str]", text)) <= PLURALS, key
            assert "count" in holes(cast("dict[str, str]", text)), key


def test_every_text_is_used_and_every_text_used_is_there() -> None:
    known = set(language("en")["says"])
    used = {name for script in SCRIPTS.values() for name in NAMED.findall(script)}
    asked = {key for script in SCRIPTS.values() for key in re.findall(r'(?:say|around)\(\s*"([^"]+)"', script)}
    assert known - used == set()
    assert asked - known == set()
    assert len(asked) > 100


# of what the gateway answers


def written(schema: dict[str, Any]) -> str:
    """A schema as TypeScript writes it."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(each) for each in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(written(each) for each in schema["anyOf"]))
    if schema.get("type") == "array":
        item = written(schema["items"])
        return f"({item})[]" if " | " in item else f"{item}[]"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"{{[name: string]: {written(inner) if isinstance(inner, dict) else 'unknown'}}}"
    return {"integer": "number", None: "unknown"}.get(schema.get("type"), str(schema.get("type")))


def declared() -> dict[str, dict[str, str]]:
    """The interfaces of answers.d.ts: their fields, and what is said of each."""
    text = (STUDIO / "answers.d.ts").read_text("utf-8")
    found = re.findall(r"^export interface (\w+)(?: extends \w+)? \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    return {name: dict(re.findall(r"^  (\w+\??): (.+);$", body, re.MULTILINE)) for name, body in found}


def alternatives(kind: str) -> set[str]:
    return set(kind.split(" | "))


def test_what_the_studio_believes_of_answers_is_what_the_gateway_describes(tmp_path: Path) -> None:
    schemas = create_app(GatewaySettings(data_dir=tmp_path, output_dir=tmp_path)).openapi()["components"]["schemas"]
    interfaces = declared()
    compared = 0
    for name, fields in interfaces.items():
        if name not in schemas:
            continue
        described = schemas[name]["properties"]
        assert set(fields) <= set(described), name
        for field, kind in fields.items():
            told = written(described[field])
            # what is left open in the description may be said more closely
            fits = kind.startswith(told) if told.startswith("{") else alternatives(kind) == alternatives(told)
            assert fits, f"{name}.{field}: {kind}, and the gateway says {told}"
            compared += 1
    assert compared > 90
    assert set(interfaces) - set(schemas) == {"MadeScene", "MadeBoard", "ProblemBody"}
    assert {field.removesuffix("?") for field in interfaces["MadeScene"]} <= SCENE_MADE
