"""Whether a text is written in the letters of its language."""

from __future__ import annotations

from collections import Counter

from pixelle.runtime.errors import InvalidArgument
from pixelle.text.letters import scripts_in, scripts_of
from pixelle.text.pauses import without_pauses

__all__ = ["must_be_written_in"]

_NAMES = {"CJK": "Chinese"}


def must_be_written_in(language: str, text: str) -> None:
    """
    Raises InvalidArgument (LANGUAGE_MISMATCH) when most letters of a text belong to scripts of other languages.

    language: BCP 47 tag, as the caller said it; one that no script is known for is believed.
    """
    own = scripts_of(language)
    if not own:
        return
    found = scripts_in(without_pauses(text))
    strange = Counter({script: count for script, count in found.items() if script not in own | {"LATIN"}})
    if 2 * strange.total() > found.total():
        most = strange.most_common(1)[0][0]
        name = _NAMES.get(most, most.title())
        raise InvalidArgument(
            f"The language is said to be {language!r}, but most letters of the text are {name}: "
            f"{text.strip()[:40]!r}. Leave `language` out, or send that of the text and a voice that speaks it.",
            reason="LANGUAGE_MISMATCH",
            details={"language": language},
        )
