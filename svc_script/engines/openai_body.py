"""What is sent to /chat/completions: the richest question that an endpoint takes."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from svc_script.condensing import tokens_of
from svc_script.prompts import prompt

if TYPE_CHECKING:
    from svc_script.asking import Message

__all__ = ["body_of", "closed_schema", "content_of", "sent_in", "shows", "size_of"]

_SCHEMA, _JSON, _PROMPT = 0, 1, 2
"""Ways to get JSON, best first: by schema, as JSON mode, by asking for it."""


def body_of(
    model: str,
    messages: list[dict[str, Any]],
    fields: dict[str, Any],
    schema: dict[str, Any] | None,
    refused: dict[str, int],
) -> dict[str, Any]:
    """The request, without what the endpoint has refused before."""
    body: dict[str, Any] = {"model": model, "messages": messages, "stream": True}
    body |= {name: value for name, value in fields.items() if name not in refused}
    if refused.get("max_tokens") == 1:
        body["max_completion_tokens"] = fields["max_tokens"]
    if "stream" in refused:  # beside the argument, so that the client hands over what comes
        body["extra_body"] = {"stream": False}
    elif "stream_options" not in refused:
        body["stream_options"] = {"include_usage": True}
    if "system" in refused:
        body["messages"] = messages = _without_system(messages)
    form = refused.get("response_format", _SCHEMA)
    if schema is not None and form == _SCHEMA:
        closed = closed_schema(schema)
        form_of = closed or schema
        shape = {
            "name": "answer",
            "strict": bool(closed),
            "schema": _unbound(form_of) if "bounds" in refused else form_of,
        }
        body["response_format"] = {"type": "json_schema", "json_schema": shape}
    elif schema is not None and form == _JSON:
        body["response_format"] = {"type": "json_object"}
    if schema is not None and form != _SCHEMA:
        told = prompt("schema").fill(schema=json.dumps(schema))
        last = messages[-1]["content"]
        more = f"{last}\n{told}" if isinstance(last, str) else [*last, {"type": "text", "text": told}]
        body["messages"] = [*messages[:-1], messages[-1] | {"content": more}]
    return body


def _without_system(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first turn at the head of the second, for models that know users only."""
    first, *rest = messages
    if first["role"] != "system" or not rest:
        return messages
    told, asked = first["content"], rest[0]["content"]
    more = f"{told}\n\n{asked}" if isinstance(asked, str) else [{"type": "text", "text": told}, *asked]
    return [rest[0] | {"content": more}, *rest[1:]]


def content_of(message: Message) -> str | list[dict[str, Any]]:
    """A turn's content; pictures are sent inside the message, so that no endpoint needs to reach us."""
    if not message.pictures:
        return message.text
    shown: list[dict[str, Any]] = [{"type": "text", "text": message.text}]
    for picture in message.pictures:
        kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
        url = f"data:image/{kind};base64,{b64encode(picture).decode()}"
        shown.append({"type": "image_url", "image_url": {"url": url}})
    return shown


def shows(messages: list[dict[str, Any]]) -> bool:
    """Whether pictures are among the messages."""
    return any(isinstance(message["content"], list) for message in messages)


def size_of(messages: list[dict[str, Any]]) -> int:
    """About how many tokens of text were sent, rather too many."""
    return sum(tokens_of(message["content"]) for message in messages if isinstance(message["content"], str))


def sent_in(body: dict[str, Any]) -> frozenset[str]:
    """What of a request an endpoint may refuse."""
    sent = set(body)
    if "max_completion_tokens" in body:
        sent.add("max_tokens")
    if body["messages"][0]["role"] == "system":
        sent.add("system")
    if "stream" in body.get("extra_body", ()):
        sent.discard("stream")
    if "minItems" in json.dumps(body.get("response_format", {})):
        sent.add("bounds")
    return frozenset(sent)


def closed_schema(schema: dict[str, Any]) -> dict[str, Any] | None:
    """
    The schema as strict endpoints want it: objects name all their fields, and all are there.

    What satisfies it satisfies the one given. None for schemas with objects of any fields.
    """
    try:
        return _closed(schema)
    except ValueError:
        return None


def _closed(node: Any) -> Any:
    """Raises ValueError."""
    if isinstance(node, list):
        return [_closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    fields = node.get("properties")
    if node.get("type") == "object" or isinstance(fields, dict):
        if not isinstance(fields, dict) or node.get("additionalProperties") not in {None, False}:
            raise ValueError("an object of any fields")
        inner = {name: _closed(each) for name, each in fields.items()}
        rest = {name: _closed(each) for name, each in node.items() if name not in {"properties", "default"}}
        return rest | {"properties": inner, "required": list(inner), "additionalProperties": False}
    return {name: each if name == "enum" else _closed(each) for name, each in node.items() if name != "default"}


def _unbound(schema: Any) -> Any:
    """The schema without lengths of lists, which some endpoints do not take; the answer is counted anyway."""
    if isinstance(schema, dict):
        return {name: _unbound(value) for name, value in schema.items() if name not in {"minItems", "maxItems"}}
    return [_unbound(value) for value in schema] if isinstance(schema, list) else schema
