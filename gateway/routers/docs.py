"""The API's description for people: one page of our own, which loads nothing from elsewhere."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_POLICY = (
    "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@router.api_route("/docs", methods=["GET", "HEAD"])
@router.api_route("/redoc", methods=["GET", "HEAD"])
def docs() -> HTMLResponse:
    """Every endpoint, with a form to try it."""
    page = files("gateway").joinpath("static/docs.html").read_text("utf-8")
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"})
