"""Names in requests that nobody knows: a misspelt one must not quietly lose its meaning."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation

from pixelle.runtime.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fastapi.dependencies.models import Dependant

__all__ = ["known_query", "unknown_field"]

_PASSED = frozenset({"_"})
"""What browsers' libraries add so that an answer is not a remembered one."""
_LISTED = 20
"""Names of one address that are told."""
_SHOWN = 80
"""Characters of a name that are told, and looked for among what is known."""


async def known_query(request: Request) -> None:
    """
    A dependency of every endpoint: refuses query parameters that it does not take.

    Not of those outside of `/api`, nor of those that answer with a file, whose addresses pages and players extend.
    Raises RequestValidationError.
    """
    route: Any = request.scope["route"]
    if not request.url.path.startswith("/api/") or not isinstance(route.response_class, DefaultPlaceholder):
        return
    known = set(_query(route.dependant))
    known_or_passed = known | _PASSED
    if unknown := [name for name in request.query_params if name not in known_or_passed]:
        inside = set(_names(_body(route)))
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": _said(name, known, inside)}
                for name in [*dict.fromkeys(unknown)][:_LISTED]
            ]
        )


def _said(name: str, known: set[str], inside: set[str]) -> str:
    """inside: fields of the body."""
    name = name[:_SHOWN]
    said = f"Unknown query parameter {name!r}."
    if name in inside:
        return f"{said} It belongs into the body."
    return said + (nearest(name, known) if known else " None is taken here.")


def _query(dependant: Dependant) -> Iterable[str]:
    """Query parameters of an endpoint and of what it depends on."""
    yield from (each.alias for each in dependant.query_params)
    for each in dependant.dependencies:
        yield from _query(each)


def unknown_field(request: Request, place: Sequence[str | int]) -> str:
    """What is said of a field of the body that nobody knows. place: as pydantic tells it, from "body" on."""
    name = str(place[-1])[:_SHOWN]
    known = _names(_inside(_body(request.scope.get("route")), place[1:-1]))
    return f"Unknown field {name!r}." + (nearest(name, known, limit=100) if known else "")


def _body(route: Any) -> Any:
    """The type of an endpoint's body; None when it takes none."""
    body = getattr(route, "body_field", None)
    return getattr(getattr(body, "field_info", None), "annotation", None)


def _inside(kind: Any, place: Sequence[str | int]) -> Any:
    """The type at a place in a body; None where that cannot be told."""
    for part in place:
        if isinstance(part, int):
            within = [get_args(each)[0] for each in _kinds(kind) if get_origin(each) is list]
        else:
            models = [each for each in _kinds(kind) if _is_model(each)]
            within = [each for each in models if each.__name__ == part]  # pydantic names which of a union it took
            within += [each.model_fields[part].annotation for each in models if part in each.model_fields]
        kind = within[0] if within else None
    return kind


def _kinds(kind: Any) -> list[Any]:
    """The members of a union; any other type as it is."""
    if get_origin(kind) is Annotated:
        return _kinds(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        return [inner for each in get_args(kind) for inner in _kinds(each)]
    return [kind]


def _names(kind: Any) -> list[str]:
    return [name for each in _kinds(kind) if _is_model(each) for name in each.model_fields]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
