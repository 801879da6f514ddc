"""The header Idempotency-Key: the same request again is the same task, not another one."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Header

from gateway.parts import Parts, SentBy  # noqa: TC001 - FastAPI reads the annotations
from gateway.workflow.idempotency import Sent
from pixelle.runtime.errors import Conflict, InvalidArgument, PixelleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import sqlalchemy as sa

    from gateway.parts import GatewayParts
    from gateway.workflow.sender import Sender

__all__ = ["Once", "OnceOnly", "Work"]

_KEY = re.compile(r"[\x20-\x7e]{1,255}")


@dataclass(frozen=True)
class Work:
    """What a request asks for, checked."""

    start: Callable[[str], Awaitable[Any]]
    """Given the task's id, begins it. May be called again, also after a crash, and then changes nothing."""
    task_id: str = ""
    """The task it is about; "" for a new one."""


class Once:
    """Turns one request into one task, however often it is sent."""

    def __init__(self, sender: Sender, key: str | None, parts: GatewayParts) -> None:
        """key: None when the caller sent none; every request is then a new one."""
        self.sender = sender
        self.key = key
        self.marks: list[sa.Update] = []
        """For a transaction that begins the task: it is begun by this request, and by no other under its key."""
        self._parts = parts

    async def task(self, what: dict[str, Any], check: Callable[[bool], Awaitable[Work]]) -> str:
        """
        The id of the task, which has been begun.

        what: everything that the request asks for. check: raises PixelleError when it cannot be done; not asked for
        requests whose task has been begun. It is given True where that is not sure: whoever had the key before may
        have died a moment before or after.
        Raises KeyReused when the key came with another request, Conflict (TASK_DELETED) when its task is no more.
        """
        if self.key is None:
            work = await check(False)
            task_id = work.task_id or await self._parts.tasks.reserve()
            try:
                await work.start(task_id)
            except PixelleError:
                if not work.task_id:
                    await self._parts.tasks.discard(task_id)
                raise
            return task_id
        # a caller who hangs up must not leave a key between its row and its task
        return await asyncio.shield(self._kept(Sent.of(self.sender.caller, self.key, what), check))

    async def _kept(self, sent: Sent, check: Callable[[bool], Awaitable[Work]]) -> str:
        keys, tasks = self._parts.keys, self._parts.tasks
        self.marks = [keys.mark(sent)]
        kept = await keys.find(sent)
        if kept and kept.begun:
            if not await tasks.known(kept.task_id):
                raise Conflict(
                    f"The Idempotency-Key {sent.key!r} stands for task {kept.task_id!r}, which has been deleted. Send "
                    "another key to have it made again.",
                    reason="TASK_DELETED",
                )
            return kept.task_id
        work = await check(kept is not None)
        if kept is None:
            task_id = work.task_id or await tasks.reserve()
            kept = await keys.claim(sent, task_id)
            if not kept.fresh and not work.task_id:
                await tasks.discard(task_id)
        try:
            if kept.fresh or work.task_id or not await tasks.known(kept.task_id):
                await work.start(kept.task_id)
        except PixelleError:
            # not when another try of the same request has begun it meanwhile
            if kept.fresh and (work.task_id or await tasks.discard(kept.task_id)):
                await keys.release(sent)
            raise
        await keys.begun(sent)
        return kept.task_id


async def _once(
    sender: SentBy,
    parts: Parts,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Any text of up to 255 printable ASCII characters. For 24 hours the same request with the same "
            "key is answered with the same task."
        ),
    ] = None,
) -> Once:
    if idempotency_key is not None and not _KEY.fullmatch(idempotency_key):
        raise InvalidArgument(
            f"The header Idempotency-Key is {idempotency_key[:40]!r}"
            f"{f'... ({len(idempotency_key)} characters)' if len(idempotency_key) > 40 else ''}; send 1 to 255 "
            "printable ASCII characters, for example a UUID.",
            reason="IDEMPOTENCY_KEY_INVALID",
        )
    return Once(sender, idempotency_key, parts)


OnceOnly = Annotated[Once, Depends(_once)]
"""An endpoint's parameter of this type is handed what keeps its task from being made twice."""
