"""Captions in the picture: every word has its mark, nothing else moves, and texts stay texts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.artifacts import ArtifactStore
from svc_render import browser as browsing
from svc_render import tab as tabs
from svc_render.catalog import Catalog
from svc_render.clip import Behind, Length, make_clip
from svc_render.drawing import Artist, Drawn
from svc_render.marking import BOX, FILL, HOLD, MARK, SAY, SHOWN
from svc_render.settings import RenderSettings
from svc_render.sheets import Sheet
from svc_render.spoken import NOTHING, Spoken, by_phrase, by_word
from svc_render.video.patches import PATCH_ROOM, opaque_states
from svc_render.video.planes import packed, rgb
from svc_render.written import SpokenWord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from svc_render.browser import Browser

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATIC = "1080x1920/static_default.html"
ACCENT = (255, 0, 255)
ENGLISH = "Reading ten pages a day adds up."
SCRIPTS = {
    "chinese": ("zh", "每天读十页书，一年就是十几本。", "每天 读 十页 书， 一年 就是 十几 本。"),
    "thai": ("th", "อ่านหนังสือทุกวัน", "อ่าน หนังสือ ทุกวัน"),
    "arabic": ("ar", "كل كتاب باب إلى عالم آخر، اليوم 42.", ""),
    "hebrew": ("he", "כל ספר הוא דלת, Pixelle פותחת אותה.", ""),
    "emoji": ("en", "Read 📚 with the 👩‍👩‍👧‍👦 today 🎉", ""),
    "markup": ("en", "<b>bold</b> & {{text}} <span class=word>1 < 2</span> &amp; <script>x</script>", ""),
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


@pytest.fixture
def artist(browser: Browser, own: Path, tmp_path: Path) -> Artist:
    return Artist(Catalog(own, default=STATIC), ArtifactStore.open(RenderSettings(data_dir=tmp_path)), browser)


def timed(words: Sequence[str]) -> list[SpokenWord]:
    return [SpokenWord(word, 0.1 + 0.3 * n, 0.35 + 0.3 * n) for n, word in enumerate(words)]


def spoken(text: str, words: str = "") -> Spoken:
    return by_word(text, timed((words or text).split()), length=30)


def page(text: str, *, template: str = STATIC, language: str = "en") -> render_pb2.Page:
    accent = {"accent_color": "#{:02x}{:02x}{:02x}".format(*ACCENT)}
    return render_pb2.Page(template=template, text=text, title="T", index=1, count=3, language=language, params=accent)


def pixels(png: bytes) -> NDArray[np.int64]:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGBA")).astype(int)


def accented(shown: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where the accent colour is."""
    return np.abs(shown[:, :, :3] - ACCENT).max(axis=2) < 60


def whole(drawn: Drawn, number: int) -> NDArray[np.int64]:
    """The page with a patch on it."""
    shown = pixels(drawn.png)
    patch = drawn.patches[number]
    part = pixels(patch.png)
    shown[patch.top : patch.top + part.shape[0], patch.left : patch.left + part.shape[1]] = part
    return shown


@pytest.mark.parametrize(
    ("language", "text", "heard_and_marked"),
    [
        ("zh", "后来我去了城市，高楼挡住天空。", ("后来 我去 了城 市， 高楼 挡住 天空。", "城市，")),
        ("zh-Hant", "《小王子》是一本书。", ("《小 王子 》是 一本 书。", "《小")),
        ("ja", "金色の建物が鏡のように映る。", ("金色 の建 物が 鏡の よう に映 る。", "建物が")),
    ],
)
async def test_words_that_a_voice_cut_in_two_are_marked_whole(
    artist: Artist, monkeypatch: pytest.MonkeyPatch, language: str, text: str, heard_and_marked: tuple[str, str]
) -> None:
    heard, marked = heard_and_marked
    filled: list[Sequence[tuple[str, int]]] = []
    hold = tabs.Tab.hold

    async def seen(tab: tabs.Tab, script: str, what: Any) -> Any:
        if script == FILL:
            filled.append(what["parts"])
        return await hold(tab, script, what)

    monkeypatch.setattr(tabs.Tab, "hold", seen)
    drawn = await artist.draw(page(text, language=language), spoken(text, heard))
    words = [word for word, number in filled[0] if number != NOTHING]
    assert "".join(part for part, _ in filled[0]) == text
    assert marked in words, words
    numbers = [number for _, number in filled[0] if number != NOTHING]
    assert numbers == sorted(numbers)
    assert set(drawn.patches) == set(numbers)


@pytest.mark.parametrize("script", SCRIPTS)
async def test_every_word_of_every_script_is_marked_alone(artist: Artist, script: str) -> None:
    language, text, words = SCRIPTS[script]
    captions = spoken(text, words)
    drawn = await artist.draw(page(text, language=language), captions)
    count = len((words or text).split())
    assert list(drawn.patches) == list(range(count))
    plain = accented(pixels(drawn.png))
    places: list[tuple[float, float]] = []
    for number in range(count):
        marked = accented(whole(drawn, number)) & ~plain
        if script == "emoji" and not marked.any():  # colour glyphs keep their own colours
            assert not np.array_equal(whole(drawn, number), whole(drawn, number - 1))
            continue
        assert marked.any(), f"word {number} is not to be seen"
        rows, columns = np.nonzero(marked)
        places.append((float(np.median(rows)), float(np.median(columns))))
    assert len(set(places)) == len(places)
    if language in {"ar", "he"}:
        first, second = places[:2]
        assert abs(first[0] - second[0]) > 40 or first[1] > second[1], "the second word stands to the left"


async def test_the_text_stays_text(browser: Browser) -> None:
    tab = await browsing.open_tab(await browser._running())
    text = SCRIPTS["markup"][1]
    captions = spoken(text)
    html = "<!doctype html><body><title>mk</title><p>“<i>mk</i>”</p><style>/*mk*/</style><p title=x>and mk, mk"
    await tab.draw(Sheet(html=html, width=512, height=384))
    held = await tab.hold(FILL, {"mark": "mk", "kind": "word", "parts": captions.parts})
    assert await tab.evaluate("() => [...document.querySelectorAll('p')].map(p => p.textContent)") == [
        f"“{text}”",
        f"and {text}, {text}",
    ]
    assert await tab.evaluate("() => document.querySelectorAll('b,script').length") == 0
    assert await tab.evaluate("() => document.querySelectorAll('p > span, p > i > span').length") == 3 * len(
        text.split()
    )
    await tab.evaluate(MARK, held, 2)
    marked = await tab.evaluate("() => [...document.querySelectorAll('.spoken')].map(s => s.textContent)")
    assert marked == [text.split()[2]] * 3
    assert await tab.evaluate(SHOWN, held) == list(range(len(text.split())))
    lines = await tab.hold(FILL, {"mark": "and", "kind": "line", "parts": [["<b>a</b>", 0]]})
    await tab.evaluate(HOLD, lines, [["<b>a</b>", 0]], "en")
    before = await tab.evaluate(BOX, lines)
    await tab.evaluate(SAY, lines, "<u>b", "en")
    assert await tab.evaluate(BOX, lines) == before
    assert await tab.evaluate("() => document.querySelectorAll('b,u').length") == 0
    await tab.close()


async def captured(artist: Artist, template: str) -> tuple[Drawn, list[bytes]]:
    """A page with marked words, and the whole of it in every state."""
    taken: list[bytes] = []
    capture = tabs.Tab.capture

    async def both(tab: Any, box: Any = None) -> bytes:
        taken.append(await capture(tab))
        return await capture(tab, box) if box else taken[-1]

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(tabs.Tab, "capture", both)
        return await artist.draw(page(ENGLISH, template=template), spoken(ENGLISH)), taken


MARKS = {
    "larger": ".word.spoken{font-size:170%}",
    "alone": ".word{display:none}.word.spoken{display:inline;font-size:150px}",
    "popping": "@keyframes pop{to{transform:scale(2)}}.word{display:inline-block}.word.spoken{animation:pop 1s both}",
}


@pytest.mark.parametrize("mark", MARKS)
async def test_a_mark_that_changes_sizes_is_seen_whole(artist: Artist, own: Path, mark: str) -> None:
    """And so is what it moves: here a bar above the text, of a card that stands on the ground."""
    key = f"512x384/static_{mark}.html"
    (own / "512x384").mkdir(exist_ok=True)
    (own / key).write_text(
        "<!doctype html><meta name=template:captions content=word><style>body{margin:0;background:#fff;font:40px Inter}"
        f"div{{position:absolute;bottom:40px;left:20px;right:20px}}hr{{height:9px;background:#00f}}{MARKS[mark]}</style>"
        "<div><hr><p>{{text}}</p>{{accent_color=}}</div>"
    )
    drawn, taken = await captured(artist, key)
    assert len(taken) == 8
    for number, full in enumerate(taken[1:]):
        assert np.array_equal(pixels(full), whole(drawn, number)), number


@pytest.mark.parametrize("template", [STATIC, "1080x1920/static_excerpt.html", "1920x1080/static_default.html"])
async def test_only_the_box_of_the_text_changes(artist: Artist, browser: Browser, template: str) -> None:
    """Outside the patch it is the same, inside it is the patch."""
    drawn, taken = await captured(artist, template)
    assert len(taken) == 1 + len(drawn.patches) == 8
    area = {(patch.left, patch.top, pixels(patch.png).shape) for patch in drawn.patches.values()}
    assert len(area) == 1
    timeline = [(number, 1) for number in range(NOTHING, 7)]
    states = [frame for frame, _ in opaque_states(drawn.png, drawn.patches, timeline)]
    for number, full in enumerate(taken[1:]):
        assert np.array_equal(pixels(full), whole(drawn, number))
        one, other = states[number + 1].to_ndarray().astype(int), packed(full)
        height = one.shape[0] * 2 // 3
        assert np.array_equal(one[:height], other[:height])
        assert np.abs(one - other).max() <= 1
        patch = drawn.patches[number]
        part = pixels(patch.png)
        changed = np.argwhere((pixels(full) != pixels(drawn.png)).any(axis=2))
        (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
        assert top >= patch.top + PATCH_ROOM or patch.top == 0
        assert left >= patch.left + PATCH_ROOM or patch.left == 0
        assert bottom < patch.top + part.shape[0]
        assert right < patch.left + part.shape[1]


@pytest.mark.parametrize("language", ["en", "zh", "hi", "ar"])
async def test_a_text_that_does_not_fit_is_shown_page_by_page_to_its_last_word(
    artist: Artist, browser: Browser, language: str
) -> None:
    if language == "en":
        words = [f"word{n}{'.' if n % 13 == 12 else ',' if n % 5 == 4 else ''}" for n in range(120)]
        text = " ".join(words)
    elif language in {"hi", "ar"}:
        word, ends, pause = ("पढ़ना", "।", ",") if language == "hi" else ("قراءة", "؟", "،")
        words = [f"{word}{n}{ends if n % 13 == 12 else pause if n % 5 == 4 else ''}" for n in range(120)]
        text = " ".join(words)
    else:
        words = [word for n in range(15) for word in ("每天", "读", f"第{n}页书，", "一年", "就是", "十几本。")]
        text = "".join(words)
    captions = by_word(text, timed(words), length=40)
    taken: list[str] = []
    capture = tabs.Tab.capture

    async def told(tab: Any, box: Any = None) -> bytes:
        script = "() => document.querySelector('.text').textContent + '|' + "
        taken.append(await tab.evaluate(script + "(document.querySelector('.spoken')?.textContent ?? '')"))
        return await capture(tab, box)

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(tabs.Tab, "capture", told)
        drawn = await artist.draw(page(text, language=language), captions)
    assert list(drawn.patches) == list(range(len(words)))
    pages = list(dict.fromkeys(line.partition("|")[0] for line in taken))
    joint = "" if language == "zh" else " "
    assert 2 <= len(pages) <= 12
    assert joint.join(pages) == text
    assert sum(shown[-1] in ".,。，।؟،" for shown in pages) > 0.7 * len(pages), pages
    assert max(map(len, pages)) < 2 * min(map(len, pages))
    assert taken[0] == f"{pages[0]}|"
    for line, word in zip(taken[1:], words, strict=True):
        shown, _, marked = line.partition("|")
        assert marked
        assert marked in word
        assert marked in shown
    assert len({(patch.left, patch.top, pixels(patch.png).shape) for patch in drawn.patches.values()}) == 1
    states = captions.timeline(count=1200, fps=30, shown=drawn.patches)
    assert [number for number, _ in states] == [NOTHING, *drawn.patches]


async def test_where_nothing_says_how_a_text_shrinks_words_that_do_not_fit_have_no_mark(
    artist: Artist, own: Path
) -> None:
    (own / "512x384").mkdir(exist_ok=True)
    (own / "512x384" / "static_small.html").write_text(
        '<!doctype html><meta name="template:captions" content="word">'
        "<style>p { height: 200px; overflow: hidden }</style><p>{{text}}</p>{{accent_color=}}"
    )
    text = " ".join(f"word{n}" for n in range(400))
    captions = spoken(text)
    drawn = await artist.draw(page(text, template="512x384/static_small.html"), captions)
    assert 5 < len(drawn.patches) < 400
    assert list(drawn.patches) == list(range(len(drawn.patches)))
    states = captions.timeline(count=12000, fps=30, shown=drawn.patches)
    assert [number for number, _ in states] == [NOTHING, *drawn.patches]


async def test_phrases_take_turns_in_one_box(artist: Artist) -> None:
    text = "A short one, and it ends. Then a rather longer second sentence follows over two lines. The end."
    captions = by_phrase(text, timed(text.split()), length=6)
    assert len(captions.parts) == 3
    drawn = await artist.draw(page(text), captions)
    assert list(drawn.patches) == [1, 2]
    shown = [pixels(drawn.png), whole(drawn, 1), whole(drawn, 2)]
    assert not np.array_equal(shown[0], shown[1])
    assert not np.array_equal(shown[1], shown[2])
    other = await artist.draw(page(text), by_phrase("Then.", [], length=6))
    assert not other.patches


async def test_a_page_without_a_place_for_the_text_has_one_state(artist: Artist, own: Path) -> None:
    (own / "512x384").mkdir(exist_ok=True)
    (own / "512x384" / "static_none.html").write_text(
        '<!doctype html><meta name="template:captions" content="word"><title>{{text}}</title><p>{{accent_color=}}'
    )
    drawn = await artist.draw(page(ENGLISH, template="512x384/static_none.html"), spoken(ENGLISH))
    assert not drawn.patches
    assert spoken(ENGLISH).timeline(count=90, fps=30, shown=drawn.patches) == [(NOTHING, 90)]


@pytest.mark.parametrize("moving", [True, False])
async def test_words_over_footage(artist: Artist, tmp_path: Path, moving: bool) -> None:
    behind = tmp_path / ("film.mp4" if moving else "still.png")
    if moving:
        with av.open(str(behind), "w") as container:
            stream = container.add_stream("libx264", rate=30)
            stream.width, stream.height, stream.pix_fmt = 192, 108, "yuv420p"
            for number in range(20):
                grey = np.full((108, 192, 3), 4 * number, np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
            container.mux(stream.encode(None))
    else:
        Image.new("RGB", (192, 108), "#202020").save(behind)
    words = [SpokenWord("One", 0.1, 0.3), SpokenWord("two", 0.31, 0.5), SpokenWord("three", 0.52, 0.8)]
    captions = by_word("One two three", words, length=1)
    asked = page("One two three", template="1920x1080/video_default.html")
    asked.visual.CopyFrom(core_pb2.Visual(kind=core_pb2.MEDIA_KIND_VIDEO))
    drawn = await artist.draw(asked, captions)
    timeline = captions.timeline(count=30, fps=30, shown=drawn.patches)
    assert timeline == [(NOTHING, 3), (0, 6), (1, 7), (2, 14)]

    def tick(fraction: float, message: str = "") -> None:
        del fraction, message

    source = Behind(behind, moving=moving)
    made = make_clip(drawn, source, Length(30, 30, timeline), scratch_root=tmp_path, tick=tick)
    with made.scratch, av.open(str(made.path)) as container:
        shown = [rgb(frame).astype(int) for frame in container.decode(video=0)]
    assert made.states == (30 if moving else 4)
    middle = [
        float(np.nonzero(accented(frame))[1].mean()) if accented(frame).any() else 0.0
        for frame in (picture[700:] for picture in shown)
    ]
    steps = [number for number in range(1, 30) if abs(middle[number] - middle[number - 1]) > 20]
    assert steps == [3, 9, 16]
    assert middle[0] == 0
    assert middle[3] < middle[9] < middle[16]
