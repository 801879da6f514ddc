"""What vendors were asked to make and have not handed out yet: found again after a restart, so that it is paid once."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from typing import TYPE_CHECKING, Any, cast

import structlog
from obstore.exceptions import BaseError

from pixelle.runtime.artifacts import store_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["Orders"]

_log = structlog.get_logger("pixelle.vendors")

_KEPT = 12 * 3600.0
"""Seconds for which an order is believed in: addresses of results are good for a day."""


class Orders:
    """Notes in the store under `orders/<key>`, for threads; a sweep of the store may take those that are old."""

    def __init__(self, store: ArtifactStore | None = None) -> None:
        """store: shared by all processes that may ask for the same; None: this process remembers, and only it."""
        self._objects: Any = store.objects if store else None
        self._here: dict[str, bytes] = {}
        self._lock = threading.Lock()

    @staticmethod
    def key(*asked: object) -> str:
        """Of an order by all that decides what is made; bytes may be long."""
        digest = hashlib.sha256()
        for each in asked:
            digest.update(hashlib.sha256(each if isinstance(each, bytes) else repr(each).encode()).digest())
        return digest.hexdigest()

    def find(self, key: str) -> Mapping[str, Any] | None:
        """What `note` was told lately; None when nothing is known. Raises Unavailable (STORE_DOWN)."""
        with store_errors():
            try:
                if self._objects is None:
                    with self._lock:
                        data = self._here[key]
                else:
                    data = bytes(self._objects.get(_name(key)).bytes())
                noted = cast("dict[str, Any]", json.loads(data))
            except (FileNotFoundError, KeyError, ValueError):
                return None
        return noted if time.time() - float(noted.get("at", 0.0)) < _KEPT else None

    def note(self, key: str, facts: Mapping[str, Any]) -> None:
        """Remember what finds an order again. A store that is down costs the memory, not the order."""
        data = json.dumps({**facts, "at": time.time()}).encode()
        try:
            if self._objects is None:
                with self._lock:
                    self._here[key] = data
            else:
                self._objects.put(_name(key), data)
        except (BaseError, OSError) as error:
            _log.warning("an order is not remembered", because=type(error).__name__)

    def forget(self, key: str) -> None:
        """It was handed out, or will never be."""
        try:
            if self._objects is None:
                with self._lock:
                    self._here.pop(key, None)
            else:
                self._objects.delete(_name(key))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            _log.warning("an order is not forgotten", because=type(error).__name__)


def _name(key: str) -> str:
    return f"orders/{key}"
