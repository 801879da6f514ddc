"""What vendors answer when they do not do as asked, as errors of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.runtime.errors import (
    FailedPrecondition,
    InvalidArgument,
    PixelleError,
    ResourceExhausted,
    Unavailable,
)
from pixelle.vendors.waits import retry_after, wait_in

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["failure", "refusal", "unreachable"]

_SHOWN = 300
_MODERATION = (
    "content_policy", "moderation_blocked", "moderation", "safety system", "sensitivecontent", "datainspection",
    "ipinfringement", "ip infringement", "safety policy", "risk control",
)  # fmt: skip
"""Parts of the codes and sentences by which vendors say that their filter has spoken."""
_BROKE = ("insufficient_quota", "billing_hard_limit", "accountoverdue", "arrearage", "arrears")


def refusal(
    vendor: str, status: int, headers: Mapping[str, str], text: str, *, code: str = "", meaning: str = ""
) -> PixelleError:
    """
    The error for an HTTP answer that is none of 2xx.

    text: what the vendor said about it. code: its name for it. meaning: what that stands for, where it is known:
    "content", "credit" or "busy".
    """
    said = " ".join(text.split())[:_SHOWN].rstrip(".。") or "nothing"
    if meaning == "content" or any(word in f"{code} {said}".lower() for word in _MODERATION):
        return FailedPrecondition(
            f"{vendor} will not make this: {said}. Say it differently.", reason="CONTENT_FILTERED"
        )
    if meaning == "credit" or status == 402 or any(word in f"{code} {said}".lower() for word in _BROKE):
        return FailedPrecondition(
            f"The account at {vendor} has no credit left ({status}: {said}). Top it up.", reason="CREDIT_EXHAUSTED"
        )
    if status in {401, 403}:
        # 403 is said of right keys too: a model that was not opened, an account that is not verified
        advice = "Set another one" if status == 401 else "Have its account allowed to do this, or set another one"
        return FailedPrecondition(
            f"{vendor} refused the key ({status}: {said}). {advice}.", reason="VENDOR_KEY_REFUSED"
        )
    if status == 429 or meaning == "busy":
        wait = retry_after(headers)
        delay = next((each for each in (wait, wait_in(text)) if each is not None), 5.0)
        return ResourceExhausted(
            f"{vendor} is asked too much ({status}: {said}). Try again in {delay:g} s.",
            reason="QUOTA",
            retry_after=delay,
        )
    if status >= 500:
        return Unavailable(f"{vendor} has a fault ({status}: {said}). Try again later.", reason="VENDOR_DOWN")
    kind = InvalidArgument if status in {400, 413, 422} else FailedPrecondition
    return kind(f"{vendor} refused the request ({status}: {said}).", reason="VENDOR_REFUSED")


def unreachable(vendor: str, error: Exception) -> Unavailable:
    """The error for no answer at all."""
    return Unavailable(
        f"{vendor} did not answer ({type(error).__name__}). Check the address and the network, then try again.",
        reason="VENDOR_UNREACHABLE",
    )


def failure(vendor: str, text: str, code: str = "") -> PixelleError:
    """The error for a task that a vendor took and could not do. Reasons: CONTENT_FILTERED, VENDOR_FAILED."""
    said = " ".join(text.split())[:_SHOWN].rstrip(".。") or "it did not say why"
    if any(word in f"{code} {said}".lower() for word in _MODERATION):
        return FailedPrecondition(
            f"{vendor} will not make this: {said}. Say it differently.", reason="CONTENT_FILTERED"
        )
    return FailedPrecondition(f"{vendor} failed ({code or 'no code'}): {said}", reason="VENDOR_FAILED")
