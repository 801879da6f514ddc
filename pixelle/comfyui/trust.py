"""Certificates of ComfyUI servers."""

from __future__ import annotations

import ssl

__all__ = ["mistrust", "trusted"]


def trusted() -> ssl.SSLContext:
    """Who may sign a server's certificate: whom the system, SSL_CERT_FILE or browsers trust."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def mistrust(error: BaseException | None) -> str | None:
    """What is wrong with a certificate, if that is why nobody was reached."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message or "it cannot be verified"
        error = error.__cause__ or error.__context__
    return None
