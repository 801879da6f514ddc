"""Names of samplers, and the schedulers of diffusers they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import InvalidArgument, nearest

if TYPE_CHECKING:
    from svc_media.diffusion.catalogue import Entry

__all__ = ["SAMPLERS", "check_sampler", "scheduler"]

_FLOW = {"prediction_type": "flow_prediction", "use_flow_sigmas": True}

SAMPLERS: dict[str, tuple[str, dict[str, Any]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_trailing": ("EulerDiscreteScheduler", {"timestep_spacing": "trailing"}),
    "euler_a": ("EulerAncestralDiscreteScheduler", {}),
    "dpmpp_2m": ("DPMSolverMultistepScheduler", {}),
    "dpmpp_2m_karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "dpmpp_2m_sde": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "ddim": ("DDIMScheduler", {}),
    "ddim_linear": ("DDIMScheduler", {"beta_schedule": "linear", "clip_sample": False}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "flow_euler": ("FlowMatchEulerDiscreteScheduler", {}),
    "flow_dpmpp_2m": ("DPMSolverMultistepScheduler", _FLOW),
    "flow_unipc": ("UniPCMultistepScheduler", _FLOW),
}
"""Name to scheduler class and what is changed of the model's own scheduler settings."""


def check_sampler(name: str, entry: Entry, model: str) -> None:
    """Raises InvalidArgument (SAMPLER_UNKNOWN) for a sampler this model is not known to work with."""
    if name and name not in entry.samplers:
        raise InvalidArgument(
            f"The model {model!r} has no sampler {name!r}.{nearest(name, entry.samplers)}", reason="SAMPLER_UNKNOWN"
        )


def scheduler(name: str, own: Any, shift: float | None) -> Any:
    """
    A new scheduler: every call has its own, since schedulers keep state.

    name: "" means the model's own kind. own: the scheduler the weights came with. shift: of flow models' time.
    """
    import diffusers  # pyright: ignore[reportMissingImports]

    kind, changes = SAMPLERS[name] if name else (type(own).__name__, {})
    cls: Any = getattr(diffusers, kind)
    if shift is not None:
        changes = changes | {"shift" if kind == "FlowMatchEulerDiscreteScheduler" else "flow_shift": shift}
    return cls.from_config(own.config, **changes)
