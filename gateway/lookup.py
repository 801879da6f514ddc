"""Finding what a workflow key names among the engines that a service lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle.core.v1 import core_pb2
    from pixelle.media.v1 import media_pb2

__all__ = ["default_engine", "engine_of", "fits", "not_ready", "workflows_of"]


def fits(workflow: str, key: str) -> bool:
    """True when `key` is the workflow's, or its engine's with a model behind it."""
    return workflow == key or workflow.startswith(key + "/")


def default_engine(engines: Sequence[core_pb2.Engine], service: str) -> core_pb2.Engine:
    """The engine used when a request names none. Raises FailedPrecondition (ENGINE_NOT_INSTALLED)."""
    for engine in engines:
        if engine.is_default and not engine.available:
            raise not_ready(engine.workflow, engine.reason, service)
    found = next((engine for engine in engines if engine.is_default), None) or next(iter(engines), None)
    if found is None:
        raise not_ready("", "it lists none", service)
    return found


def engine_of(
    engines: Sequence[core_pb2.Engine], workflow: str, service: str, known: Sequence[str] = ()
) -> core_pb2.Engine:
    """
    The engine of a workflow key ("" means the default), available.

    known: further keys for the error. Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition
    (ENGINE_NOT_INSTALLED).
    """
    if not workflow:
        return default_engine(engines, service)
    for engine in engines:
        named = workflow.removeprefix(engine.workflow).removeprefix("/")
        if fits(workflow, engine.workflow) and (not named or not engine.models or named in engine.models):
            if not engine.available:
                raise not_ready(engine.workflow, engine.reason, service)
            return engine
    names = {*known, *(engine.workflow for engine in engines)}
    names |= {f"{engine.workflow}/{model}" for engine in engines for model in engine.models}
    raise InvalidArgument(
        f"Unknown {service} workflow {workflow!r}.{nearest(workflow, names)}", reason="WORKFLOW_UNKNOWN"
    )


def not_ready(workflow: str, reason: str, service: str) -> FailedPrecondition:
    """The error for an engine that lacks something; `reason` says what and how to get it."""
    return FailedPrecondition(
        f"The {service} engine {workflow!r} is not ready: {reason}",
        reason="ENGINE_NOT_INSTALLED",
        details={"service": service},
    )


def workflows_of(
    listed: Sequence[media_pb2.Workflow], workflow: str, engines: Sequence[core_pb2.Engine]
) -> list[media_pb2.Workflow]:
    """
    The listed entries of a workflow key, one for each kind; those of its engine when that lists no models.

    Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition (ENGINE_NOT_INSTALLED).
    """
    exact = [each for each in listed if each.key == workflow]
    if exact:
        return exact
    with_models = {each.workflow for each in engines if any(one.key.startswith(each.workflow + "/") for one in listed)}
    able = [each for each in engines if each.workflow not in with_models]
    engine = engine_of(able, workflow, "media", known=[each.key for each in listed])
    return [each for each in listed if each.key == engine.workflow]
