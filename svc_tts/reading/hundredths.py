"""What the hundredth parts of currencies are called."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HUNDREDTHS", "NAMED_AFTER_WHOLE_ONES"]

_CENTS = {
    "de": "Cent", "es": "céntimo|céntimos", "fr": "centime|centimes", "it": "centesimo|centesimi", "nl": "cent",
    "pl": "cent|centy|centów", "pt": "cêntimo|cêntimos", "ru": "цент|цента|центов",
}  # fmt: skip
HUNDREDTHS: Mapping[tuple[str, str], str] = MappingProxyType({
    **{(language, "EUR"): name for language, name in _CENTS.items()},
    **{(language, "USD"): name for language, name in _CENTS.items()},
    ("es", "USD"): "centavo|centavos", ("fr", "USD"): "cent|cents", ("pt", "USD"): "centavo|centavos",
    ("pt", "BRL"): "centavo|centavos", ("pl", "PLN"): "grosz|grosze|groszy", ("ru", "RUB"): "копейка|копейки|копеек",
    ("fr", "CHF"): "centime|centimes", ("de", "CHF"): "Rappen", ("sv", "SEK"): "öre",
    ("uk", "UAH"): "копійка|копійки|копійок", ("el", "EUR"): "λεπτό|λεπτά", ("hi", "INR"): "पैसा|पैसे",
    ("tr", "TRY"): "kuruş", ("da", "DKK"): "øre", ("nb", "NOK"): "øre", ("fi", "EUR"): "sentti|senttiä",
    ("sk", "EUR"): "cent|centy|centov", ("ca", "EUR"): "cèntim|cèntims",
    ("ro", "RON"): "ban|bani|de bani", ("ro", "EUR"): "cent|cenți|de cenți", ("ro", "USD"): "cent|cenți|de cenți",
    ("he", "ILS"): "אגורה|אגורות", ("th", "THB"): "สตางค์",
})  # fmt: skip
"""What a sum of less than one is counted in, by language and currency."""
NAMED_AFTER_WHOLE_ONES = frozenset({"sk", "da", "el", "fi", "he", "hi", "nb", "ro", "sv", "th", "tr", "uk"})
"""Languages that name them after whole ones, too."""
