"""The web studio: one page at `/` for browsers, and the files it is made of, all from here."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

__all__ = ["PATH", "StudioFiles", "languages", "page"]

PATH = "/studio"
_POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"),
        *("img-src 'self' blob: data:", "media-src 'self' blob:"),
        *("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"),
    )
)
_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
"""Asked for again each time, and answered with 304 mostly: an updated gateway never meets yesterday's page."""


def languages() -> list[str]:
    """The languages the studio speaks, as BCP 47 tags: those with a file in `languages/`."""
    found = files("gateway").joinpath("static/studio/languages").iterdir()
    return sorted(each.name.removesuffix(".json") for each in found if each.name.endswith(".json"))


def page() -> HTMLResponse:
    """The studio's page, told which languages there are."""
    text = files("gateway").joinpath("static/studio/index.html").read_text("utf-8")
    text = text.replace('data-languages="en"', f'data-languages="{" ".join(languages())}"', 1)
    return HTMLResponse(text, headers={**_HEADERS, "Content-Security-Policy": _POLICY, "Vary": "Accept"})


class StudioFiles(StaticFiles):
    """Scripts and styles, to be mounted at `PATH`."""

    def __init__(self) -> None:
        super().__init__(packages=[("gateway", "static/studio")])

    async def get_response(self, path: str, scope: Scope) -> Response:
        """As its base, with headers of ours."""
        answer = await super().get_response(path, scope)
        answer.headers.update(_HEADERS)
        return answer
