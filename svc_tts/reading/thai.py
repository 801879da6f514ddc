"""Thai short forms that hang on numbers, and the sign that repeats a word."""

# ruff: noqa: SIM905 - a list of words reads better as running text

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["repeated", "schools_and_reigns"]

_REPEATED = (
    "เด็ก ต่าง อื่น บ่อย มาก ช้า เร็ว ค่อย จริง ใหญ่ เล็ก เพื่อน ดี ง่าย ใกล้ ไกล นาน ทุก หลาย วัน ปี คน "
    "เรื่อย ซ้ำ เบา ดัง คู่ ครั้ง นั้น นี้ ลูก น้อง พี่ แรก หลัง กลาง ใหม่ เก่า สวย เงียบ นิ่ง แบบ เดียว "
    "ยิ่ง ประมาณ เฉย รอบ ตรง ข้าง สั้น ยาว สูง เตี้ย ร้อน เย็น หนัก เพลิน ใด สิ่ง เรา หนุ่ม สาว ผู้ใหญ่ "
    "พวก กลุ่ม ชิ้น อย่าง น้อย ต้น ปลาย บาง ก้อน ถี่ ขาว ดำ แดง ไป พอ ใส สด อุ่น ลึก กว้าง แน่น สบาย สนุก "
    "พูด เดิน คิด ทำ กิน ตัว ที่ หมู่ เขียว เหลือง เมื่อ คร่าว ชัด ล้วน ถูก แพง เท่า ห่าง เกือบ จวน เช้า "
    "ดึก"
).split()
_AGAIN = re.compile(rf"({'|'.join(sorted(_REPEATED, key=len, reverse=True))})\s?(ๆ)")
_REIGN = re.compile(r"(?<![\wก-ฮ])ร\.\s?(?=\d{1,2}(?!\d))")
_SCHOOL = re.compile(r"(?<![\wก-ฮ])([มป])\.\s?(?=[1-6](?![\d.,]))")
_UNIVERSITY = re.compile(r"(?<![\wก-ฮ.])(?<!\d )ม\.(?=[ก-ฮเแโไใ][^.\s]{2})")
_SCHOOLS = {"ม": "มัธยมศึกษาปีที่", "ป": "ประถมศึกษาปีที่"}


def repeated(text: str) -> Iterator[tuple[int, int, str]]:
    """ "เด็ก ๆ" is "เด็กเด็ก"; the sign stays where the word before it is not known."""
    for match in _AGAIN.finditer(text):
        yield *match.span(2), match[1]


def schools_and_reigns(text: str) -> Iterator[tuple[int, int, str]]:
    """ "ร.9" is the ninth reign, "ม.6" the sixth year of secondary school."""
    for match in _REIGN.finditer(text):
        yield *match.span(), "รัชกาลที่"
    for match in _UNIVERSITY.finditer(text):
        yield *match.span(), "มหาวิทยาลัย"
    for match in _SCHOOL.finditer(text):
        yield *match.span(), _SCHOOLS[match[1]]
