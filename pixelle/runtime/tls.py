"""Certificates that the processes of one deployment show each other (mTLS)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import grpc

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["client_credentials", "server_credentials"]

_NAMES = ("tls.key", "tls.crt", "ca.crt")
"""Key, certificate and authority, as cert-manager and `kubectl create secret tls` call them."""


def client_credentials(folder: Path) -> grpc.ChannelCredentials:
    """What a caller shows and whom it believes; read once. Raises FailedPrecondition (TLS_FILE_MISSING)."""
    key, certificate, authority = _read(folder)
    return grpc.ssl_channel_credentials(authority, key, certificate)


def server_credentials(folder: Path) -> grpc.ServerCredentials:
    """
    What a server shows; callers without a certificate of the same authority are refused.

    Files that were replaced, as a renewal does, count from the next connection on.
    Raises FailedPrecondition (TLS_FILE_MISSING).
    """
    shown = _configuration(_read(folder))

    def renewed() -> grpc.ServerCertificateConfiguration:
        nonlocal shown
        with contextlib.suppress(FailedPrecondition):  # in the middle of being replaced: what was shown is still good
            shown = _configuration(_read(folder))
        return shown

    return grpc.dynamic_ssl_server_credentials(shown, renewed, require_client_authentication=True)


def _configuration(files: tuple[bytes, bytes, bytes]) -> grpc.ServerCertificateConfiguration:
    key, certificate, authority = files
    return grpc.ssl_server_certificate_configuration([(key, certificate)], root_certificates=authority)


def _read(folder: Path) -> tuple[bytes, bytes, bytes]:
    try:
        key, certificate, authority = ((folder / name).read_bytes() for name in _NAMES)
    except OSError as error:
        raise FailedPrecondition(
            f"PIXELLE_TLS_DIR is {str(folder)!r}, but {error.filename!r} cannot be read ({error.strerror}). Put "
            f"{', '.join(_NAMES)} there.",
            reason="TLS_FILE_MISSING",
        ) from error
    return key, certificate, authority
