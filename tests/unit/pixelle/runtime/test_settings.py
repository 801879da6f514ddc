"""Settings that all services share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from pixelle.runtime.engines import Engines
from svc_tts.server import ENGINES
from svc_tts.settings import TtsSettings

if TYPE_CHECKING:
    from svc_tts.engines.base import TtsEngine


async def test_single_engines_have_slots_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXELLE_SLOTS", "2")
    monkeypatch.setenv("PIXELLE_ENGINE_SLOTS", '{"tone": 3, "comfyui": 5}')
    settings = TtsSettings()
    widths = settings.widths("openai", comfyui=1, runninghub=6)
    assert widths == {"openai": 4, "runninghub": 6, "tone": 3, "comfyui": 5}
    engines: Engines[TtsEngine] = Engines(
        ENGINES, group="pixelle.tts.engines", default="tone", slots=settings.slots, widths=widths
    )
    try:
        assert (await engines.get("local/tone")).slots.slots == 3
    finally:
        await engines.close()


def test_an_engine_has_at_least_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXELLE_ENGINE_SLOTS", '{"tone": 0}')
    with pytest.raises(ValidationError, match="engine_slots"):
        TtsSettings()
