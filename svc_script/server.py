"""Puts the script service together: the one place where its engines are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.engines import EngineEntry, Engines
from pixelle.runtime.server import Service
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from svc_script.prices import price_of
from svc_script.servicer import ScriptServicer

if TYPE_CHECKING:
    import grpc.aio

    from svc_script.engines.base import ScriptEngine
    from svc_script.settings import ScriptSettings

__all__ = ["ENGINES", "build"]

_INSTALL = "pip install 'pixelle-video[script]'"
ENGINES = {
    "gguf": EngineEntry("svc_script.engines.gguf:GgufEngine", "local/gguf", _INSTALL),
    "openai": EngineEntry("svc_script.engines.openai:OpenaiEngine", "api/openai", _INSTALL),
    "outline": EngineEntry("svc_script.engines.outline:OutlineEngine", "local/outline", _INSTALL),
}


def build(settings: ScriptSettings, store: ArtifactStore | None = None) -> Service:
    """
    The service, not yet loaded.

    store: where pictures that scripts are written around are read; the one the settings name when None.
    Raises InvalidArgument (ENGINE_UNKNOWN).
    """
    engines: Engines[ScriptEngine] = Engines(
        ENGINES,
        group="pixelle.script.engines",
        default=settings.effective_engine,
        options={
            "gguf": {
                "model": settings.script_gguf or settings.tiny_gguf,
                "own": settings.script_gguf is not None,
                "embeddings": settings.packs_dir / "embeddings-minilm",
                "threads": settings.effective_threads,
                "context": settings.script_context,
            },
            "openai": {
                "base_url": settings.llm_base_url,
                "model": settings.llm_model,
                "key": settings.llm_api_key,
                "timeout": settings.llm_timeout,
                "context": settings.llm_context,
                "sees": settings.llm_sees,
                "extra": settings.llm_extra,
                "price": price_of(settings.llm_price_input, settings.llm_price_output, settings.llm_currency),
            },
        },
        device=settings.device,
        slots=settings.slots,
        queue=settings.queue,
        widths=settings.widths("openai"),
    )
    servicer = ScriptServicer(engines, store or ArtifactStore.open(settings))

    def add(server: grpc.aio.Server) -> None:
        script_pb2_grpc.add_ScriptServiceServicer_to_server(servicer, server)

    return Service(
        name=script_pb2.DESCRIPTOR.services_by_name["ScriptService"].full_name,
        add=add,
        load=engines.load_default,
        close=engines.close,
    )
