"""Who answers here, is it alive, can it work."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError

from gateway.auth import is_browser
from gateway.parts import Parts  # noqa: TC001 - FastAPI reads the annotation
from gateway.routers import studio
from gateway.schemas import Health
from gateway.workflow.database import unavailable
from pixelle.runtime.errors import PixelleError

if TYPE_CHECKING:
    from collections.abc import Awaitable

__all__ = ["VERSION", "router"]

router = APIRouter(tags=["system"])
_SUBJECTS = (
    *("llm", "tts", "image", "content", "video", "tasks", "files", "resources", "frame"),
    *("media", "storyboards", "history"),
)


def _version() -> str:
    try:
        return version("pixelle-video")
    except PackageNotFoundError:
        return "0+source"


VERSION = _version()


@router.head("/", include_in_schema=False, response_model=None)
@router.get("/", response_model=dict[str, Any])
async def root(request: Request) -> Response:
    """What this is and where its parts are; a browser gets the studio."""
    if is_browser(request):
        return studio.page()
    about = {
        "service": "Pixelle-Video API",
        "version": VERSION,
        "docs": "/docs",
        "health": "/health",
        "api": {name: f"/api/{name}" for name in _SUBJECTS},
    }
    return JSONResponse(about, headers={"Vary": "Accept"})


@router.head("/health", include_in_schema=False)
@router.get("/health")
async def health() -> Health:
    """This process is alive; `/readyz` tells whether it can work."""
    return Health(version=VERSION)


@router.head("/version", include_in_schema=False)
@router.get("/version")
async def about_version() -> Health:
    """As `/health`."""
    return Health(version=VERSION)


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", responses={503: {"description": "The failing parts, with what is wrong"}})
async def ready(parts: Parts) -> JSONResponse:
    """Asks every service, the store and the task database."""
    failing = await parts.services.troubles(parts.settings.question_seconds)
    checks: dict[str, Awaitable[Any]] = {
        "store": parts.store.put_named("probe/gateway", b"ready"),
        "tasks": parts.tasks.page(None, limit=1, cursor=""),
    }
    for name, check in checks.items():
        try:
            await check
        except PixelleError as error:
            failing[name] = error.message
        except OperationalError as error:
            failing[name] = unavailable(error).message
    if failing:
        return JSONResponse({"status": "unavailable", "failing": failing}, 503)
    return JSONResponse({"status": "ready", "failing": {}})
