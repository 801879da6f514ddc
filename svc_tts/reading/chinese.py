"""How numbers, dates, money, units and addresses are said in Chinese, with cn2an."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading.symbols import ACRONYMS_READ_AS_WORDS
from svc_tts.reading.tables import TABLES
from svc_tts.reading.telephones import telephones

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["rewritten"]

_DIGITS = "零一二三四五六七八九"
_UNITS = {
    "km/h": "公里每小时", "km": "公里", "cm": "厘米", "mm": "毫米", "m": "米", "kg": "公斤", "mg": "毫克", "g": "克",
    "ml": "毫升", "L": "升", "l": "升", "°C": "摄氏度", "℃": "摄氏度", "°": "度", "kWh": "千瓦时", "kW": "千瓦",
    "W": "瓦", "GHz": "吉赫", "MHz": "兆赫", "Hz": "赫兹", "TB": "T B", "GB": "G B", "MB": "M B",
    "m²": "平方米", "㎡": "平方米", "km²": "平方公里", "cm²": "平方厘米", "m³": "立方米", "m/s": "米每秒",
    "km/s": "公里每秒",
    "nm": "纳米",
    "mAh": "毫安时", "fps": "帧", "mph": "英里每小时", "kcal": "千卡", "kB": "K B", "°F": "华氏度", "h": "小时",
}  # fmt: skip
_BETWEEN = {"×": "乘", "*": "乘", "÷": "除以", "+": "加", "=": "等于"}
_CURRENCIES = {"$": "美元", "€": "欧元", "£": "英镑", "¥": "元", "￥": "元", "₩": "韩元", "₽": "卢布"}
_MEASURES = (
    "个|本|只|条|张|位|名|人|天|次(?!方)|件|种|小时|分钟|周|倍|家|点|元|块|杯|瓶|辆|台|米|公里|公斤|斤|吨|岁|句|座|棵|双|对|"
    "勺|茶匙|汤匙|大勺|小勺|碗|瓣|根|滴|盒|包|袋|罐|轮|届|局|场|款|段|秒|项|国(?!道)|处|层(?!楼)|声|遍|趟|顿|份|架|艘|头|把|"
    "间|所|篇|首|部|支|步|口|头|匹|朵|颗|片|套|年(?!级)|千|万|亿|[美欧]元"
)
"""Words before which two is liang."""
_BEFORE_MINUS = r"(?<![\dA-Za-z%℃°年月日号时点])"
_SYMBOL = "|".join(map(re.escape, sorted(_UNITS, key=len, reverse=True)))
_NUMBER = r"(?<!\d)\d+(?:,\d{3})*(?:\.\d+)?"


def rewritten(text: str) -> list[tuple[int, int, str]]:
    """Start, end and what is said instead, for every stretch not said as written; they do not overlap."""
    found: list[tuple[int, int, str]] = []
    taken = bytearray(len(text))
    for matches, rule in ((telephones, _telephone), *((pattern.finditer, rule) for pattern, rule in _RULES)):
        for match in matches(text):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append((match.start(), match.end(), rule(match)))
    return sorted(found)


def _count(number: str) -> str:
    import cn2an

    plain = number.replace(",", "")
    whole, _, part = plain.partition(".")
    if len(whole) > 16 or (len(whole) > 1 and whole.startswith("0")):
        return _each(plain)
    said = re.sub(r"^二(?=[千万亿])", "两", str(cn2an.an2cn(whole, "low")))
    return f"{said}点{_each(part)}" if part else said


def _counted(number: str) -> str:
    """A number before what is counted."""
    return "两" if number == "2" else _count(number)


def _telephone(match: re.Match[str]) -> str:
    """Digit by digit, a one as yao."""
    said = _each(re.sub(r"\D", "", match[0])).replace("一", "幺")
    return f"加{said}" if match[0].startswith("+") else said


def _each(number: str) -> str:
    return "".join(_DIGITS[int(c)] if c.isdecimal() else "点" for c in number)


def _date(match: re.Match[str]) -> str:
    return f"{_each(match[1])}年{_count(str(int(match[2])))}月{_count(str(int(match[3])))}日"


def _clock(match: re.Match[str]) -> str:
    minutes = int(match[2])
    exact = "" if match.string.startswith("整", match.end()) else "整"
    said = exact if minutes == 0 else f"零{_count(str(minutes))}分" if minutes < 10 else f"{_count(str(minutes))}分"
    return f"{_counted(str(int(match[1])))}点{said}"


def _hotlines(match: re.Match[str]) -> str:
    return "".join(_each(part).replace("一", "幺") if part.isdecimal() else part for part in match.groups() if part)


def _money(match: re.Match[str]) -> str:
    number = re.sub(r"(\.\d*?)0+$", r"\1", match[2]).removesuffix(".")
    return f"{_counted(number)}{match[3] or ''}{_CURRENCIES[match[1]]}"


def _quantity(match: re.Match[str]) -> str:
    unit = _UNITS[match[3]]
    degrees = unit.endswith("度")
    below = "零下" if "摄氏" in unit else "负"
    return f"{below if match[1] else ''}{_count(match[2]) if degrees else _counted(match[2])}{unit}"


def _address(match: re.Match[str]) -> str:
    signs = TABLES["zh"].signs
    plain = re.sub(r"^https?://(?:www\.)?|^www\.", "", match[0]).rstrip("/")
    said = re.sub(r"\d", lambda m: _DIGITS[int(m[0])], plain)
    return " ".join(re.sub(r"[./_@+:-]", lambda m: f" {signs.get(m[0], '冒号')} ", said).split())


def _shortened(match: re.Match[str]) -> str:
    """ "10k"; "4K" is a size."""
    if match[2] == "K" and match[1] in {"2", "4", "5", "8", "16"}:
        return f"{_count(match[1])}K"
    return _count(str(round(float(match[1]) * {"k": 1_000, "K": 1_000, "w": 10_000, "M": 1_000_000}[match[2]])))


_NO_MODEL = "USD|RMB|CNY|EUR|HKD|GBP|JPY|TOP"
"""Capitals after which a number counts."""
_HOTLINE = r"1(?:10|14|19|20|22|2306|2315|2345|0000|0010|0086)|95\d{3}|911|999"
_YEAR_OF = r"(?:世界杯|欧洲杯|奥运|亚运|春晚|财年|财报|赛季|巴黎|东京|北京)"
"""What happens in a year that is told without the word for it."""
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), _address),
    (re.compile(r"(?:https?://|www\.)[A-Za-z0-9./_?=&%#~:-]*[A-Za-z0-9/]"), _address),
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), _date),
    (re.compile(r"(?<!\d)(\d{4})\s?[-–~～—]\s?(\d{4})(?=年)"), lambda m: f"{_each(m[1])}到{_each(m[2])}"),
    (re.compile(r"(?<!\d)((?:1[0-9]|20)\d\d)[-–—~～]+((?:1[0-9]|20)\d\d)(?!\d|\.\d|[个人元米万亿])"),
     lambda m: f"{_each(m[1])}到{_each(m[2])}"),
    (re.compile(r"(?<!\d)(985|211|110|119|120|12306|12315|12345|996|007|315|618|911)"
                r"(?=高校|院校|工程|大学|急救|报警|热线|工作制|晚会|大促|购物节|事件)"), lambda m: _each(m[1])),
    (re.compile(rf"(?<=[万亿])\s?({_SYMBOL})(?![A-Za-z])"), lambda m: _UNITS[m[1]]),
    (re.compile(r"7-11(?=便利店)"), lambda m: "七幺幺"),
    (re.compile(r"24/7"), lambda m: "七天二十四小时"),
    (re.compile(r"(?<!\d)(\d{1,3})[-–](\d{1,3})(?=获胜|战胜|击败|取胜|险胜|大胜|领先|落后|逆转|力克|完胜|的比分|不敌|负于|胜)"),
     lambda m: f"{_count(m[1])}比{_count(m[2])}"),
    (re.compile(r"(?<=比分)(\d{1,3})[-–](\d{1,3})(?!\d)"), lambda m: f"{_count(m[1])}比{_count(m[2])}"),
    (re.compile(r"(?<![A-Za-z\d.])(\d+(?:\.\d+)?)([kKMw])(?![A-Za-z])"), _shortened),
    (re.compile(r"±\s?(?=\d)"), lambda m: "正负"),
    (re.compile(r"(?<!\d)([5-9]0)(?=后)"), lambda m: _each(m[1])),
    (re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}"), lambda m: "点".join(map(_count, m[0].split(".")))),
    (re.compile(rf"(?<!\d)(?:\d{{4}}(?=年)|(?:19|20)\d\d(?={_YEAR_OF}))"), lambda m: _each(m[0])),
    (re.compile(rf"(?:(?<=[拨打])|(?<=致电)|(?<=热线)|(?<=电话))({_HOTLINE})(?:([或和、/])({_HOTLINE}))?(?!\d)"),
     _hotlines),
    (re.compile(r"(?<!\d)\d{3,4}(?=号?(?:房间?|室|航班|次列车))"), lambda m: _each(m[0]).replace("一", "幺")),
    (re.compile(r"(?<=房间号)\d{3,4}|(?<=房号)\d{3,4}|(?<=密码)\d{3,8}|(?<=号码)\d{5,}|(?<=[号群])\d{6,}|"
                r"(?<![\d.])\d0\d(?=班)|(?<=验证码)\d{3,8}|(?<=波音)\d{3}(?!\d)"),
     lambda m: _each(m[0])),
    (re.compile(rf"(?<![A-Za-z])(?!{_NO_MODEL})([A-Z]{{1,4}})[- ]?(?!\d+00(?!\d))(\d{{3,4}})(?!\d|[.,]\d)"),
     lambda m: f"{' '.join(m[1])} {_each(m[2])}"),
    (re.compile(r"(?<![A-Za-z])[Nn][Oo]\.\s?(\d+)"), lambda m: f"第{_count(m[1])}"),
    (re.compile(r"(?<![\d.])(\d)米(\d{1,2})(?![\d.])"), lambda m: f"{_counted(m[1])}米{_each(m[2])}"),
    (re.compile(r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?!\d)"), _clock),
    (re.compile(rf"([{''.join(_CURRENCIES)}])\s?({_NUMBER})([百千万亿]*)"), _money),
    (re.compile(r"(?<![\d:：])(\d{1,4})[:：](\d{1,4})(?![\d:：])"), lambda m: f"{_count(m[1])}比{_count(m[2])}"),
    (re.compile(rf"({_NUMBER})\s?%?\s?[-–~～—]\s?({_NUMBER})\s?%"),
     lambda m: f"百分之{_count(m[1])}到百分之{_count(m[2])}"),
    (re.compile(rf"({_BEFORE_MINUS}[-−])?({_NUMBER})\s?%"), lambda m: f"{'负' if m[1] else ''}百分之{_count(m[2])}"),
    (re.compile(rf"({_BEFORE_MINUS}[-−])?({_NUMBER})\s?({_SYMBOL})(?![A-Za-z])"), _quantity),
    (re.compile(r"(?<!\d)(\d{1,4})/(\d{1,4})(?!\d)"), lambda m: f"{_count(m[2])}分之{_count(m[1])}"),
    (re.compile(r"(?<![\d.])1\d{10}(?!\d)"), _telephone),
    (re.compile(rf"{_BEFORE_MINUS}[-−]({_NUMBER})"), lambda m: f"负{_count(m[1])}"),
    (re.compile(rf"({_NUMBER})\^({_NUMBER})"), lambda m: f"{_count(m[1])}的{_count(m[2])}次方"),
    (re.compile(rf"(?<![\d.,:第])2(?={_MEASURES})"), lambda m: "两"),
    (re.compile(r"(?<=[\d%℃度年月日号时点])\s?[-–~～—]\s?(?=[\d$€£¥￥])"), lambda m: "到"),
    (re.compile(r"(?<=\d)\s?[×*÷+=]\s?(?=\d)"), lambda m: _BETWEEN[m[0].strip()]),
    (re.compile(_NUMBER), lambda m: _count(m[0])),
    (re.compile(r"(?<=\s)[&+=](?=\s)"), lambda m: TABLES["zh"].signs[m[0]]),
    (re.compile(r"(?<![A-Za-z])[A-Z]{2,5}(?![A-Za-z])"),
     lambda m: m[0] if m[0] in ACRONYMS_READ_AS_WORDS else " ".join(m[0])),
)  # fmt: skip
