"""Arabic ordinals with their article: num2words does not know them."""

from __future__ import annotations

__all__ = ["ordinal"]

_ORDINALS = "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر".split()  # noqa: SIM905
_TENS = {
    2: "العشرين",
    3: "الثلاثين",
    4: "الأربعين",
    5: "الخمسين",
    6: "الستين",
    7: "السبعين",
    8: "الثمانين",
    9: "التسعين",
}


def ordinal(number: int, *, feminine: bool = False) -> str:
    """1 to 99, in the genitive as after a preposition."""
    ten, one = divmod(number, 10)
    if number <= 10:
        said = _ORDINALS[max(number, 1) - 1]
        return f"{said}ة" if feminine and number > 1 else "الأولى" if feminine else said
    first = ("الحادي" if one == 1 else _ORDINALS[one - 1]) + ("ة" if feminine and one else "")
    if ten == 1:
        return f"{first} {'عشرة' if feminine else 'عشر'}"
    return f"{first} و{_TENS[ten]}" if one else _TENS[ten]
