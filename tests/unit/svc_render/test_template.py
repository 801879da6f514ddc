"""The template language: what is declared, what is refused, and how values are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import InvalidArgument
from svc_render.catalog import Catalog
from svc_render.template import Param, Template, parse
from svc_render.values import BLANK_PICTURE

if TYPE_CHECKING:
    from pathlib import Path

SERVED = "https://page.pixelle/1/media"


def page(source: str, name: str = "image_x") -> Template:
    return parse(source.encode(), key=f"1080x1920/{name}.html", width=1080, height=1920, custom=True)


def fill(source: str, **values: str) -> str:
    return page(source).fill(values, served={SERVED})


def test_params_have_types_defaults_and_labels() -> None:
    template = page(
        "{{title}}{{ text }}{{image}}{{index}}{{count}}{{author}}{{author=Ann}}{{size:number=72}}{{ on : bool = true }}"
        "{{accent_color:color}}{{odd:weird=1}}"
    )
    assert template.params == (
        Param("author", "text", "Ann"),
        Param("size", "number", "72"),
        Param("on", "bool", "true"),
        Param("accent_color", "color", "#000000"),
        Param("odd", "text", "1"),
    )
    assert [param.label for param in template.params][3] == "Accent color"


def test_a_soft_copy_is_loaded_where_a_page_asks_for_it_and_declares_its_picture() -> None:
    template = page(
        '<style>i{background:url("{{background_soft:text=}}"),url({{image_soft}})}</style>'
        '<p style="color:{{ink_soft=red}}">'
    )
    assert [param.name for param in template.params] == ["background", "ink_soft"]
    assert template.loads("background")
    assert (template.soft("image"), template.soft("background"), template.soft("ink")) == (True, True, False)
    values = {"image": "https://page.pixelle/1/image", "image_soft": SERVED, "background": "https://x.example/b.png"}
    filled = template.fill(values, served={SERVED})
    assert filled.count(SERVED) == 1
    assert "x.example" not in filled


def test_media_follows_name_and_meta() -> None:
    meta = "<meta content='768' name=\"template:media-width\"><META name=template:media-height content=512>"
    assert (page(meta).media, page(meta).media_width, page(meta).media_height) == ("image", 768, 512)
    assert page("", "static_x").media_width == 0
    assert (page("", "video_x").media, page("", "video_x").media_width) == ("video", 1080)
    with pytest.raises(InvalidArgument, match="64 to 4096"):
        page('<meta name="template:media-width" content="9">')


@pytest.mark.parametrize(
    ("source", "value", "written"),
    [
        ("<p>{{text}}</p>", '<b>1 < 2 & "q"</b>', "<p>&lt;b&gt;1 &lt; 2 &amp; &quot;q&quot;&lt;/b&gt;</p>"),
        ("<p>{{text}}</p>", "{{title}} {{text}}", "<p>{{title}} {{text}}</p>"),
        ("<p>{{text}}</p>", "a\x00b\x1b\u0085\ufffec", "<p>abc</p>"),
        ('<p title="{{text}}">', '" onclick="x', '<p title="&quot;&#32;onclick&#61;&quot;x">'),
        ("<p title={{text}}>", "a b>c", "<p title=a&#32;b&gt;c>"),
        ("<p title='{{text}}'>", "a'b", "<p title='a&#x27;b'>"),
        ("<p onclick='{{text}}'>", "x()", "<p onclick=''>"),
        ("<script>{{text}}</script>", "x()", "<script></script>"),
        ("<!-- {{text}} -->", "--><b>", "<!--  -->"),
        ("<{{text}}>", "script", "<>"),
        ("<p {{text}}>", "onclick=x", "<p >"),
        ("<title>{{text}}</title>", "</title><script>", "<title>&lt;/title&gt;&lt;script&gt;</title>"),
        ("<style>p{color:{{text}}}</style>", "red;}</style>*{x:url(y)", "<style>p{color:redstylexurly}</style>"),
        (
            "<style>p{content:'{{text}}'}</style>",
            "a'b\\</style>",
            "<style>p{content:'a\\27 b\\5c \\3c \\2f style\\3e '}</style>",
        ),
        ("<style>/* {{text}} */</style>", "*/x", "<style>/*  */</style>"),
        ('<p style="color:{{text}}">', 'red" onclick="x', '<p style="color:red&#32;onclickx">'),
        ("<img src='{{text}}'>", "https://evil.example/x", f"<img src='{BLANK_PICTURE}'>"),
        ("<img src='{{text}}'>", "javascript:x", f"<img src='{BLANK_PICTURE}'>"),
        (
            "<style>p{background:url({{text}})}</style>",
            "x) red;",
            f"<style>p{{background:url({BLANK_PICTURE})}}</style>",
        ),
        ("<img src='{{text}}'>", SERVED, f"<img src='{SERVED}'>"),
        (
            "<p style='background:url(&quot;{{text}}&quot;)'>",
            SERVED,
            f"<p style='background:url(&quot;{SERVED}&quot;)'>",
        ),
    ],
)
def test_values_are_written_for_the_grammar_around_them(source: str, value: str, written: str) -> None:
    from svc_render.values import clean

    assert fill(source, text=clean(value)) == written


def test_a_default_stands_until_a_value_is_given() -> None:
    source = "<i>{{brand=Us & Co}}</i>"
    assert fill(source) == "<i>Us &amp; Co</i>"
    assert fill(source, brand="") == "<i></i>"


@pytest.mark.parametrize(
    ("params", "reason", "said"),
    [
        ({"acent_color": "#fff"}, "PARAM_UNKNOWN", "accent_color"),
        ({"title": "x"}, "PARAM_UNKNOWN", "own field"),
        ({"accent_color": "red;}"}, "PARAM_INVALID", "accent_color"),
        ({"accent_color": "url(x)"}, "PARAM_INVALID", "CSS colour"),
        ({"size": "12px"}, "PARAM_INVALID", "size"),
        ({"size": "nan"}, "PARAM_INVALID", "number"),
        ({"on": "maybe"}, "PARAM_INVALID", "bool"),
        ({"brand": "x" * 20_001}, "PARAM_INVALID", "20000"),
    ],
)
def test_wrong_values_are_refused_by_name(params: dict[str, str], reason: str, said: str) -> None:
    template = page("{{accent_color:color}}{{size:number}}{{on:bool}}{{brand}}")
    with pytest.raises(InvalidArgument, match=said) as caught:
        template.values(params)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "color", ["#f53", "#ff5733", "#ff573380", "tomato", "rgb(255 87 51 / 50%)", "hsl(9deg, 1%, 2%)"]
)
def test_colours(color: str) -> None:
    assert page("{{c:color}}").values({"c": f" {color} "}) == {"c": color}


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    own = tmp_path / "templates"
    for key in (
        "1080x1920/image_default.html",
        "512x512/static_tiny.html",
        "511x512/static_odd.html",
        "64x64/static_x.html",
    ):
        (own / key).parent.mkdir(parents=True, exist_ok=True)
        (own / key).write_text("<p>{{text}}</p>")
    (own / "512x512" / "static_bad.html").write_bytes(b"\xff\xfe\x00")
    return Catalog(own, default="1080x1920/image_default.html")


@pytest.mark.parametrize(
    "key",
    ["", "image_default", "image_default.html", "1080x1920/image_default", "templates/1080x1920/image_default.html"],
)
def test_keys(catalog: Catalog, key: str) -> None:
    found = catalog.get(key)
    assert (found.key, found.custom) == ("1080x1920/image_default.html", True)


@pytest.mark.parametrize(
    ("key", "reason", "said"),
    [
        ("1080x1920/image_defualt.html", "TEMPLATE_UNKNOWN", "Did you mean '1080x1920/image_default.html'"),
        ("image_ful", "TEMPLATE_UNKNOWN", "Did you mean '1080x1920/image_full.html'"),
        ("../../etc/passwd", "TEMPLATE_INVALID", "not a template key"),
        ("1080x1920/../../x.html", "TEMPLATE_INVALID", "not a template key"),
        ("/etc/passwd", "TEMPLATE_INVALID", "not a template key"),
        ("1080x1920/..", "TEMPLATE_INVALID", "not a template key"),
        ("1080x1920/a\x00b.html", "TEMPLATE_INVALID", "not a template key"),
        ("511x512/static_odd.html", "TEMPLATE_INVALID", "even"),
        ("64x64/static_x.html", "TEMPLATE_INVALID", "256 to 2160"),
        ("512x512/static_bad.html", "TEMPLATE_INVALID", "UTF-8"),
    ],
)
def test_bad_keys(catalog: Catalog, key: str, reason: str, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said) as caught:
        catalog.get(key)
    assert caught.value.reason == reason


def test_the_list_leaves_out_what_cannot_be_used(catalog: Catalog) -> None:
    keys = [template.key for template in catalog.all()]
    assert "512x512/static_tiny.html" in keys
    assert keys == sorted(keys)
    assert not {"511x512/static_odd.html", "64x64/static_x.html", "512x512/static_bad.html"} & set(keys)


def test_what_is_no_readable_file_does_not_stand_in_the_way(tmp_path: Path) -> None:
    folder = tmp_path / "1080x1920"
    (folder / "static_folder.html").mkdir(parents=True)
    (folder / ".#static_mine.html").symlink_to("me@host.1234")  # an editor's lock
    (folder / "static_loop.html").symlink_to("static_loop.html")
    (folder / "static_mine.html").write_text("<p>{{text}}</p>")
    found = Catalog(tmp_path, default="image_default")
    assert [each.key for each in found.all() if each.custom] == ["1080x1920/static_mine.html"]
    for gone in ("static_folder", "static_loop"):
        with pytest.raises(InvalidArgument, match="There is no template"):
            found.get(gone)


def test_a_template_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1080x1920").mkdir()
    closed = tmp_path / "1080x1920" / "static_closed.html"
    closed.write_text("<p>{{text}}</p>")
    found = Catalog(tmp_path, default="image_default")

    def refused(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(closed), "read_bytes", refused)  # root reads everything
    with pytest.raises(InvalidArgument, match="cannot be read: Permission denied"):
        found.get("static_closed")
    assert [each for each in found.all() if each.custom] == []
