"""What a voice can read aloud: narrations without stage directions, markup, emoji or numbering."""

from __future__ import annotations

import re
from html import unescape
from itertools import takewhile

from svc_script.wording import CJK, ENDS, words_of

__all__ = ["mended", "opening", "spoken", "unspeakable"]

_STAGE = (
    r"music|sound|sfx|cut to|cuts? (?:to|away)|fade|camera|scene|shot|zoom|pan(?:s|ning)? |close[- ]?up|b-?roll|"
    r"montage|voice-?over|narrator|narration|on screen|text appears|title card|caption|visual|image|footage|pause|"
    r"beat|silence|"
    r"laughs?|laughing|chuckl\w+|sighs?|sighing|whisper\w*|gasps?|excited\w*|enthusiastic\w*|dramatic\w*|softly|"
    r"upbeat|applause|cheer\w*|smil\w+|"
    r"音乐|音樂|音效|画面|畫面|镜头|鏡頭|切换|切換|停顿|停頓|旁白|字幕|场景|場景|淡入|淡出|笑|"
    r"音楽|効果音|場面|画像|映像|图片|圖片|"
    r"\d+ ?(?:words|wörter|palabras|mots|字|词)\b|bild\b|imagen|vidéo|"
    r"musik|szene|schnitt|kamera|einblendung|música|escena|cámara|sonido|pausa|musique|scène|caméra|rires"
)
_DIRECTION = re.compile(rf"(?:{_STAGE})", re.IGNORECASE)
_PAUSE = re.compile(r"\[pause(?: [\d.]+ ?m?s)?\]", re.IGNORECASE)
_SQUARE = re.compile(r"(?:\[(?!pause(?: [\d.]+ ?m?s)?\])[^\[\]]{0,200}\]|【[^【】]{0,200}】)(?!\()", re.IGNORECASE)
_ROUND = re.compile(r"[(（]([^()（）]{1,200})[)）]")
_STARRED = re.compile(r"(?<![\w*])\*([^*\n]{1,80})\*(?![\w*])")
_LABEL = re.compile(
    r"^[\s*_#>]*+(?:(?:scene|narration|narrator|voice-?over|vo|v\.o\.|host|speaker|shot|slide|part|szene|erzähler|sprecher|"
    r"escena|narradora?|narración|scène|narrateur|narratrice|旁白|解说|解說|配音|场景|場景|镜头|"
    r"第[一二三四五六七八九十\d]+[幕场場]|"
    r"ナレーション|ナレーター|シーン|내레이션|나레이션|내레이터|해설|장면|"
    r"narratore|voce narrante|scena|narração|cena|verteller|scène|lektor|anlatıcı|sahne|cảnh|lời dẫn|"
    r"рассказчик|диктор|закадровый голос|сцена|оповідач|الراوي|المعلق|المشهد|مشهد|कथावाचक|वाचक|दृश्य)"
    r"[\s*_]*+(?:\d{1,2}|[a-d])?[\s*_]*+(?:\([^)]{0,60}\)|（[^）]{0,60}）)?[\s*_]*+[:：–—]|"
    r"(?:hook|opening|intro|introduction|outro|conclusion|closing|cta|call to action|"
    r"text on screen|on-screen text|cut to)"
    r"[\s*_]*+[:：]|"
    r"(?:scene|szene|scène|escena|场景|場景)\s*+\d{1,2}[\s*_]*+[.)-])(?:\*\*|__|[*_](?=\s))?\s*",
    re.IGNORECASE,
)
_TIMES = re.compile(r"^\s*[\[(]?\d{1,2}:\d{2}\s*[-–—]\s*\d{1,2}:\d{2}[\])]?\s*[:–—-]?\s*")
_HASHTAGS = re.compile(r"(?<!\w)#[^\W\d]\w*+(?:\s*+#[^\W\d]\w*+)*+\s*+")
_BULLET = re.compile(r"^\s*(?:[-*•–—‣▪►➤]\s+|#{1,6}\s+|>\s+)")
_NUMBER = re.compile(r"^\s*[(（]?(\d{1,2})\s*+(?:[.)](?=\s)|[、）：:](?!\d)|/\s*\d{1,2}\s)\s*")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,100}>")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\U0001fb00-\U0001fbff\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff\u25a0-\u25ff\U000e0020-\U000e007f]"
    "[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*(?:\u200d(?=[\U0001f000-\U0001faff\u2600-\u27bf]))?|[\ufe0e\ufe0f\u20e3]"
)
_LEFT = re.compile(r"[*_~`|<>{}\\^]|(?<![CFJ])#|\b(?:https?://|www\.)\S")
_FRENCH = re.compile(r"[^\W\d_][ \u00a0\u202f][;:!?]")
"""Marks with a space before them, as French has it; else such a space is left of what was taken out."""
_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"), ("«", "»"), ("„", "“"))


def spoken(line: str, index: int | None = None) -> str:
    """
    The line as a voice should say it, on one line.

    Taken out: times ("0:00 - 0:05"), hashtags at the end, labels ("Scene 2:", "Narrator:"), the number of a list (when
    it is that of the scene, `index` from 0), bullets, markdown, tags, emoji, and stage directions in brackets.
    Pauses as "[pause 0.5s]" stay.
    """
    text = _TAG.sub("", _LINK.sub(r"\1", unescape(line)))
    text = _untagged(_TIMES.sub("", re.sub(r"\\[nrt](?![a-z])", " ", text)))
    text = _EMOJI.sub("", text)
    for _ in range(3):  # "**1. Scene 1:** - text"
        before = text
        text = _BULLET.sub("", text)
        if label := _LABEL.match(text):
            text = text[label.end() :]
            text = text[:1].upper() + text[1:]
        text = _numberless(text, index)
        if text == before:
            break
    text = _SQUARE.sub("", text)
    text = _ROUND.sub(_undirected, text)
    text = _STARRED.sub(_undirected, text)
    text = re.sub(r"(\*\*|__|~~|``?`?)(.+?)\1", r"\2", text)
    text = re.sub(r"(?<!\w)_([^_\n]+)_(?!\w)", r"\1", text)
    text = re.sub(r"\s+", " ", text).strip()
    marks = ",.…" if _FRENCH.search(line) else ",.;:!?…"
    text = re.sub(rf"(?<=[{CJK}]) (?=[{CJK}，。！？])", "", re.sub(f" +([{marks}])", r"\1", text))
    for left, right in _QUOTES:
        if text.startswith(left) and text.endswith(right) and left not in text[1:-1] and right not in text[1:-1]:
            text = text[1:-1].strip()
    return text


def _untagged(text: str) -> str:
    """Without the hashtags at its end: any behind a sentence, several behind anything else."""
    last = next(reversed([*_HASHTAGS.finditer(text)]), None)
    if last is None or last.end() < len(text):
        return text
    before = text[: last.start()]
    said = before.rstrip()
    if said and said[-1] in ENDS:
        return said
    tags = last[0].split()[said == before :]
    apart = len([*takewhile(lambda tag: tag.count("#") == 1, reversed(tags))])
    if apart < 2:
        return text
    pieces = text.rsplit(maxsplit=apart)
    return pieces[0] if len(pieces) > apart else ""


def _numberless(text: str, index: int | None) -> str:
    number = _NUMBER.match(re.sub(r"^[\s*_]+", "", text))
    if number and (index is None or int(number[1]) == index + 1):
        return re.sub(r"^[\s*_]+", "", text)[number.end() :].lstrip("*_ ")
    return text


def _undirected(found: re.Match[str]) -> str:
    """Nothing for a stage direction; what is meant to be said stays (in its brackets, without its stars)."""
    inner, before = found[1], found.string[: found.start()].rstrip()
    aside = not before or before[-1] in ENDS  # stars inside a sentence stress a word of it
    starred = found[0].startswith("*")
    if _DIRECTION.search(inner) and (aside or (not starred and len(words_of(inner)) <= 6)):
        return ""
    return inner if starred else found[0]


def mended(text: str) -> str:
    """A cleaned line without what people do not say of addresses, ranges and numbers: for a model that insists."""
    text = re.sub(r"\b(?:https?://(?:www\.)?|www\.)(?=\w)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<![\w&])#(?=\d)", "No. ", re.sub(r"(?<=\d) ?~ ?(?=\d)", "–", text))
    return re.sub(r"\s+", " ", re.sub(r"[*_~`]|(?<![CFJ])#", " ", text)).strip()


def unspeakable(text: str) -> str:
    """What of a cleaned line no voice can say, in words; "" when all can be said."""
    if not any(char.isalnum() for char in text):
        return "says nothing"
    if left := _LEFT.search(_PAUSE.sub("", text)):
        return f"contains {left.group()!r}, which is not spoken"
    return ""


def opening(text: str) -> tuple[str, ...]:
    """How a narration begins: its first two words (the first four signs where words are not spaced), lower case."""
    words = words_of(text)
    size = 4 if words and re.match(rf"[{CJK}]", words[0]) else 2
    return tuple(word.lower() for word in words[:size])
