"""Symbols of units and currencies, letters and signs: what is alike in all languages."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType

__all__ = ["ACRONYMS_READ_AS_WORDS", "CURRENCIES", "LETTER", "PLAIN_SIGNS", "UNITS"]

LETTER = (
    r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u060b\u0610-\u061a\u0620-\u06d3\u06d5-\u06ff"
    r"\u0900-\u0963\u0966-\u0dff]"
)
"""A letter of a script with spaces: a word or a unit does not end before one."""

CURRENCIES = MappingProxyType(
    {"R$": "BRL", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY",
     "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "CHF": "CHF", "EUR": "EUR", "USD": "USD", "GBP": "GBP", "руб.": "RUB",
     "US$": "USD", "₴": "UAH", "₫": "VND", "฿": "THB", "₪": "ILS", "₱": "PHP", "₦": "NGN", "₸": "KZT",
     "PLN": "PLN", "CZK": "CZK", "HUF": "HUF", "BRL": "BRL"}
)  # fmt: skip
"""Sign to ISO 4217 code."""

UNITS = MappingProxyType(
    {"km/h": "speed-kilometer-per-hour", "㎢": "area-square-kilometer", "㎡": "area-square-meter",
     "㎞": "length-kilometer",
     "㎝": "length-centimeter", "㎜": "length-millimeter", "㎏": "mass-kilogram", "㎖": "volume-milliliter",
     "m/s": "speed-meter-per-second", "km/s": "length-kilometer/duration-second", "km²": "area-square-kilometer",
     "m²": "area-square-meter", "m³": "volume-cubic-meter", "km": "length-kilometer", "cm": "length-centimeter",
     "mm": "length-millimeter", "m": "length-meter", "kg": "mass-kilogram", "mg": "mass-milligram", "g": "mass-gram",
     "t": "mass-tonne", "ml": "volume-milliliter", "l": "volume-liter", "L": "volume-liter", "ha": "area-hectare",
     "kWh": "energy-kilowatt-hour", "kW": "power-kilowatt", "MW": "power-megawatt", "W": "power-watt",
     "V": "electric-volt", "GHz": "frequency-gigahertz", "MHz": "frequency-megahertz", "kHz": "frequency-kilohertz",
     "Hz": "frequency-hertz", "TB": "digital-terabyte", "GB": "digital-gigabyte", "MB": "digital-megabyte",
     "kB": "digital-kilobyte", "°C": "temperature-celsius", "℃": "temperature-celsius",
     "°F": "temperature-fahrenheit", "%": "concentr-percent", "‰": "concentr-permille", "min": "duration-minute",
     "ms": "duration-millisecond", "s": "duration-second", "h": "duration-hour", "°": "angle-degree",
     "kcal": "energy-kilocalorie", "kJ": "energy-kilojoule", "cl": "volume-centiliter", "dl": "volume-deciliter",
     "cm²": "area-square-centimeter", "km³": "volume-cubic-kilometer", "GW": "power-gigawatt",
     "hPa": "pressure-hectopascal",
     "m2": "area-square-meter", "km2": "area-square-kilometer", "m3": "volume-cubic-meter",
     "㎍/㎥": "mass-microgram/volume-cubic-meter", "µg/m³": "mass-microgram/volume-cubic-meter",
     "μg/m³": "mass-microgram/volume-cubic-meter", "µg": "mass-microgram", "㎍": "mass-microgram",
     "MP": "graphics-megapixel", "mph": "speed-mile-per-hour", "nm": "length-nanometer", "µm": "length-micrometer"}
)  # fmt: skip
"""Symbol to the name the Unicode CLDR has for the unit; "/" stands between the two of one by another."""

ACRONYMS_READ_AS_WORDS = frozenset(
    [
        "NASA",
        "NATO",
        "UNESCO",
        "UNICEF",
        "OPEC",
        "AIDS",
        "COVID",
        "LASER",
        "RADAR",
        "FIFA",
        "UEFA",
        "ASEAN",
        "NAFTA",
        "SWAT",
        "OSCE",
        "ESA",
        "IKEA",
        "LEGO",
        "JSON",
        "ASCII",
        "RAM",
        "ROM",
        "SIM",
        "PIN",
        "GIF",
        "OK",
        "NAVO",
        "OTAN",
        "OVNI",
        "ABBA",
        "ISRO",
        "EFTA",
        "DAX",
        "WIFI",
        "BAFTA",
    ]
)
PLAIN_SIGNS = MappingProxyType(
    {code: str(unicodedata.digit(chr(code))) for code in range(0x80, 0x20000)
     if unicodedata.category(chr(code)) == "Nd" or chr(code) in "₀₁₂₃₄₅₆₇₈₉"}
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，０１２３４５６７８９"}
    | {ord("٪"): "%", ord("٫"): ".", ord("٬"): ",", ord("־"): "-", ord("״"): '"', ord("׳"): "'"}
)  # fmt: skip
"""Digits and signs of other scripts, one for one as rules know them, for `str.translate`."""
