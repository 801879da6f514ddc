"""The lines of settings that plug a real model in, said the same way wherever they are needed."""

from __future__ import annotations

__all__ = ["PLUG_IN", "TINY_NOTICE"]

PLUG_IN = (
    "To use a real model, set\n"
    "PIXELLE_LLM_BASE_URL=http://127.0.0.1:11434/v1\n"
    "PIXELLE_LLM_MODEL=qwen2.5:7b\n"
    "(any OpenAI-compatible endpoint; PIXELLE_LLM_API_KEY where it asks for a key), "
    "or PIXELLE_SCRIPT_GGUF to a GGUF file."
)
TINY_NOTICE = f"draft by a tiny local model: read it before you publish. {PLUG_IN}"
