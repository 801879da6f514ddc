"""Names of the voices that Edge's read-aloud service has; it tells them itself only to who asks over the network."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["VOICES"]

_FIRST = {
    "en-US-EmmaMultilingualNeural": "female", "en-US-AndrewMultilingualNeural": "male", "en-GB-SoniaNeural": "female",
    "en-GB-RyanNeural": "male", "zh-CN-XiaoxiaoNeural": "female", "zh-CN-YunxiNeural": "male",
    "en-US-AvaMultilingualNeural": "female", "en-US-BrianMultilingualNeural": "male", "en-US-JennyNeural": "female",
    "en-US-GuyNeural": "male", "en-US-AriaNeural": "female", "en-US-ChristopherNeural": "male",
    "en-US-MichelleNeural": "female", "en-US-EricNeural": "male", "en-US-AnaNeural": "female",
    "en-US-RogerNeural": "male", "en-US-SteffanNeural": "male", "en-GB-LibbyNeural": "female",
    "en-GB-MaisieNeural": "female", "en-GB-ThomasNeural": "male", "zh-CN-XiaoyiNeural": "female",
    "zh-CN-YunjianNeural": "male", "zh-CN-YunxiaNeural": "male", "zh-CN-YunyangNeural": "male",
    "zh-HK-HiuMaanNeural": "female", "zh-HK-HiuGaaiNeural": "female", "zh-HK-WanLungNeural": "male",
    "zh-TW-HsiaoChenNeural": "female", "zh-TW-HsiaoYuNeural": "female", "zh-TW-YunJheNeural": "male",
    "en-AU-NatashaNeural": "female",
}  # fmt: skip
_PAIRS = """
ja-JP Nanami Keita | ko-KR SunHi InJoon | de-DE Katja Conrad | fr-FR Denise Henri | es-ES Elvira Alvaro
it-IT Elsa Diego
pt-BR Francisca Antonio | pl-PL Zofia Marek | tr-TR Emel Ahmet | ru-RU Svetlana Dmitry | nl-NL Colette Maarten
cs-CZ Vlasta Antonin | ar-SA Zariyah Hamed | hu-HU Noemi Tamas | hi-IN Swara Madhur | vi-VN HoaiMy NamMinh
uk-UA Polina Ostap | sv-SE Sofie Mattias | el-GR Athina Nestoras | id-ID Gadis Ardi | da-DK Christel Jeppe
nb-NO Pernille Finn | fi-FI Noora Harri | ro-RO Alina Emil | th-TH Premwadee Niwat | he-IL Hila Avri
bg-BG Kalina Borislav
sk-SK Viktoria Lukas | hr-HR Gabrijela Srecko | sl-SI Petra Rok | sr-RS Sophie Nicholas | ca-ES Joana Enric
ms-MY Yasmin Osman | fil-PH Blessica Angelo | fa-IR Dilara Farid | ur-PK Uzma Asad | bn-IN Tanishaa Bashkar
ta-IN Pallavi Valluvar | te-IN Shruti Mohan | mr-IN Aarohi Manohar | gu-IN Dhwani Niranjan | kn-IN Sapna Gagan
ml-IN Sobhana Midhun | et-EE Anu Kert | lv-LV Everita Nils | lt-LT Ona Leonas | sw-KE Zuri Rafiki | is-IS Gudrun Gunnar
kk-KZ Aigul Daulet | ka-GE Eka Giorgi | uz-UZ Madina Sardor | sq-AL Anila Ilir | mk-MK Marija Aleksandar
km-KH Sreymom Piseth | lo-LA Keomany Chanthavong | my-MM Nilar Thiha | ne-NP Hemkala Sagar | si-LK Thilini Sameera
mn-MN Yesui Bataa | ga-IE Orla Colm | gl-ES Sabela Roi | cy-GB Nia Aled
pt-PT Raquel Duarte | es-MX Dalia Jorge | es-US Paloma Alonso | es-AR Elena Tomas | es-CO Salome Gonzalo
fr-CA Sylvie Antoine | fr-BE Charline Gerard | fr-CH Ariane Fabrice | de-AT Ingrid Jonas | de-CH Leni Jan
nl-BE Dena Arnaud | en-CA Clara Liam | en-IE Emily Connor | en-IN Neerja Prabhat | en-ZA Leah Luke
en-NZ Molly Mitchell
"""
"""Language and country, then a woman and a man."""


def _read() -> dict[str, str]:
    found = dict(_FIRST)
    for entry in _PAIRS.replace("\n", "|").split("|"):
        if entry.strip():
            tag, woman, man = entry.split()
            found |= {f"{tag}-{woman}Neural": "female", f"{tag}-{man}Neural": "male"}
    return found


VOICES = MappingProxyType(_read())
"""Name to gender; the first of a language is the one that speaks where none is named."""
