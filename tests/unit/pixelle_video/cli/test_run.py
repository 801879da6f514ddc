"""Errors get the advice that fits the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import Unauthenticated
from pixelle_video.cli.run import run

if TYPE_CHECKING:
    from pixelle_video.cli.run import Show
    from pixelle_video.service import PixelleVideoCore


def test_a_missing_key_is_told_how_to_give_it() -> None:
    async def work(core: PixelleVideoCore, show: Show) -> None:
        raise Unauthenticated("Send one of the configured keys.")

    with pytest.raises(Unauthenticated) as caught:
        run(work, gateway="http://127.0.0.1:9", api_key=None, config=Path("config.yaml"))
    assert "--api-key, or as PIXELLE_API_KEY" in caught.value.message
