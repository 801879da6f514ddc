"""The engines as they are now, and an engine with one of its models."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pixelle.core.v1 import core_pb2
    from pixelle.runtime.engines import Engines
    from svc_tts.engines.base import ModelEngine, TtsEngine

__all__ = ["engines_of", "trouble", "with_model"]


def with_model(engine: TtsEngine, model: str) -> TtsEngine:
    """The engine with one of its models, where it has several. May ask a server; raises as `ModelEngine.named`."""
    return cast("ModelEngine", engine).named(model) if engine.features.models else engine


def trouble(engine: TtsEngine) -> str | None:
    """Why it would not speak now: what is missing, or a server that does not answer. May ask servers."""
    return engine.missing() or (cast("ModelEngine", engine).ailing() if engine.features.models else None)


def engines_of(engines: Engines[TtsEngine]) -> list[core_pb2.Engine]:
    """The engines in the table's order with what they lack and their models. May ask servers: call it on a thread."""
    described = engines.describe()
    made = {name: engine for name, _, engine in engines.each()}
    for told in described:
        if told.name not in made or not made[told.name].features.models:
            continue
        several = cast("ModelEngine", made[told.name])
        told.models.extend(several.models())
        if told.available and (reason := several.ailing()):
            told.available, told.reason = False, reason
    return described
