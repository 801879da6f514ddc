"""What the speech service is made of: the one place that chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.cache import ResultCache
from pixelle.runtime.engines import EngineEntry, Engines
from pixelle.runtime.server import Service
from pixelle.tts.v1 import tts_pb2_grpc
from pixelle.vendors.orders import Orders
from svc_tts.asking import Desk
from svc_tts.cloning.learning import Learning
from svc_tts.cloning.shelf import VoiceShelf
from svc_tts.listening import Listener
from svc_tts.servicer import TtsServicer

if TYPE_CHECKING:
    from svc_tts.engines.base import TtsEngine
    from svc_tts.settings import TtsSettings

__all__ = ["ENGINES", "build"]

_INSTALL = "pip install 'pixelle-video[tts]'"

ENGINES = {
    "piper": EngineEntry("svc_tts.engines.piper:PiperEngine", "local/piper", _INSTALL),
    "kokoro": EngineEntry("svc_tts.engines.kokoro:KokoroEngine", "local/kokoro", _INSTALL),
    "xtts": EngineEntry("svc_tts.engines.coqui:CoquiEngine", "local/xtts", "pip install 'pixelle-video[gpu]'"),
    "openai": EngineEntry("svc_tts.engines.openai_speech:OpenaiSpeechEngine", "api/openai", _INSTALL),
    "edge": EngineEntry("svc_tts.engines.edge:EdgeEngine", "api/edge", "pip install 'pixelle-video[edge]'"),
    "comfyui": EngineEntry("svc_tts.engines.comfyui:ComfyuiEngine", "selfhost", _INSTALL),
    "runninghub": EngineEntry("svc_tts.engines.runninghub:RunninghubEngine", "runninghub", _INSTALL),
    "tone": EngineEntry("svc_tts.engines.tone:ToneEngine", "local/tone", _INSTALL),
}


def build(settings: TtsSettings, store: ArtifactStore | None = None) -> Service:
    """
    The service, not loaded yet.

    store: where narrations are kept; the one the settings name when None.
    Raises InvalidArgument (ENGINE_UNKNOWN) when `settings.tts_engine` does not exist.
    """
    store = store or ArtifactStore.open(settings)
    engines: Engines[TtsEngine] = Engines(
        ENGINES,
        group="pixelle.tts.engines",
        default=settings.tts_engine,
        options={
            "piper": {
                "packs_dir": settings.packs_dir,
                "voices_dir": settings.voices_dir,
                "threads": settings.tts_threads,
            },
            "kokoro": {
                "packs_dir": settings.packs_dir,
                "own_dir": settings.data_dir / settings.tts_kokoro_dir,
                "threads": settings.tts_threads,
            },
            "edge": {"allowed": settings.tts_edge_allowed},
            "openai": {
                "base_url": settings.tts_openai_base_url,
                "key": settings.tts_openai_api_key.get_secret_value(),
                "model": settings.tts_openai_model,
                "voices": settings.tts_openai_voices,
            },
            "xtts": {
                "model_dir": settings.data_dir / settings.tts_xtts_dir,
                "terms_accepted": settings.tts_xtts_terms_accepted,
                "batch": settings.tts_batch,
            },
            "runninghub": settings.runninghub_options()
            | {
                "default": settings.tts_runninghub_workflow,
                "voices": settings.tts_workflow_voices,
                "orders": Orders(store),
            },
            "comfyui": settings.comfyui_options()
            | {"default": settings.tts_comfyui_workflow, "voices": settings.tts_workflow_voices},
        },
        device=settings.device,
        slots=settings.slots,
        queue=settings.queue,
        widths=settings.widths(
            "openai", "edge", comfyui=settings.comfyui_width, runninghub=settings.runninghub_concurrent_limit
        ),
    )
    desk = Desk(
        engines=engines,
        cache=ResultCache(store),
        shelf=VoiceShelf(store),
        learning=Learning(store),
        listener=Listener(settings.verify_models, device=settings.device, threads=settings.tts_threads),
    )
    servicer = TtsServicer(desk, store, consent=settings.tts_consent, verify_limit=settings.tts_verify_limit)
    return Service(
        name="pixelle.tts.v1.TtsService",
        add=lambda server: tts_pb2_grpc.add_TtsServiceServicer_to_server(servicer, server),
        load=servicer.load,
        close=servicer.close,
    )
