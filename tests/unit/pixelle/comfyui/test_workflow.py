"""The title grammar and the files: every sentence of it over the corpus."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.comfyui.grammar import Mark, marks_of
from pixelle.comfyui.library import Library
from pixelle.comfyui.workflow import Upload, Value, Workflow
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PixelleError
from svc_media.engines.comfyui import BUILT_IN
from tests.comfyui.standin import CORPUS

if TYPE_CHECKING:
    from pathlib import Path

CORPUS_FILES = Library([CORPUS])
GIVEN: dict[str, Value] = {"prompt": "a red door", "width": 640, "height": 1136, "seed": 5, "index": 3}


def filled(name: str, *, seed: int = 11, **more: Value) -> dict[str, dict[str, Any]]:
    graph = CORPUS_FILES.open(name).filled(GIVEN | more, seed=seed, send=lambda file: f"pixelle/{len(file.data)}.png")
    return {node: parts["inputs"] for node, parts in graph.items()}


@pytest.mark.parametrize(
    ("title", "marks"),
    [
        ("KSampler", []),
        ("Cost in dollars: 5$", []),
        ("$seed", [("seed", "seed", False, False, "")]),
        ("$prompt.value!", [("prompt", "value", False, True, "")]),
        ("$prompt.value!:what to show", [("prompt", "value", False, True, "what to show")]),
        ("$prompt:what: to show", [("prompt", "prompt", False, False, "what: to show")]),
        ("$~image", [("image", "image", True, False, "")]),
        ("$~image.name!", [("image", "name", True, True, "")]),
        ("$image.~name!:x", [("image", "name", True, True, "x")]),
        ("Size, $width , $height.h", [("width", "width", False, False, ""), ("height", "h", False, False, "")]),
        ("$width，$height", [("width", "width", False, False, ""), ("height", "height", False, False, "")]),
        ("$prompt.text！：要画的内容", [("prompt", "text", False, True, "要画的内容")]),
        ("＄seed", [("seed", "seed", False, False, "")]),
        ("$t.sampling.temperature", [("t", "sampling.temperature", False, False, "")]),
        ("$output.video", [("output", "video", False, False, "")]),
    ],
)
def test_titles(title: str, marks: list[tuple[str, str, bool, bool, str]]) -> None:
    assert marks_of("4", title, "Any", file="x.json") == [Mark("4", *mark) for mark in marks]


def test_the_body_of_a_call_to_the_server_is_a_workflow_too() -> None:
    graph = {"3": {"class_type": "KSampler", "inputs": {"seed": 0}, "_meta": {"title": "$steps.seed"}}}
    body = json.dumps({"client_id": "a1", "prompt": graph, "extra_data": {"extra_pnginfo": {}}})
    assert Workflow.read("image_a.json", body).graph == graph
    named = {"prompt": graph["3"]}
    assert Workflow.read("image_a.json", json.dumps(named)).graph == named, "a node may be called so"


@pytest.mark.parametrize(
    ("class_type", "uploads"),
    [
        ("LoadImage", True),
        ("LoadImageMask", True),
        ("LoadAudio", True),
        ("LoadVideo", True),
        ("VHS_LoadVideo", True),
        ("VHS_LoadAudioUpload", True),
        ("LoraLoader", False),
        ("CheckpointLoaderSimple", False),
    ],
)
def test_loading_nodes_upload_by_themselves(class_type: str, uploads: bool) -> None:
    (mark,) = marks_of("1", "$image.image", class_type, file="x.json")
    assert mark.upload == uploads


@pytest.mark.parametrize("title", ["$", "$ prompt", "$1st", "$prompt.", "$prompt!!", "$prompt.!", "x, $pro mpt"])
def test_what_begins_like_a_mark_and_is_none_is_refused(title: str) -> None:
    with pytest.raises(FailedPrecondition) as caught:
        marks_of("4", title, "Any", file="x.json")
    assert caught.value.reason == "WORKFLOW_TITLE_INVALID"
    assert repr(title) in caught.value.message


def test_values_replace_literals_and_literals_are_the_defaults() -> None:
    inputs = filled("image_everything.json", negative_prompt="people", steps=9)
    assert (inputs["2"]["text"], inputs["3"]["text"]) == ("a red door", "people")
    assert (inputs["4"]["width"], inputs["4"]["height"]) == (640, 1136)
    assert (inputs["5"]["seed"], inputs["5"]["steps"], inputs["9"]["value"]) == (5, 9, 3)
    assert (inputs["5"]["cfg"], inputs["5"]["sampler_name"]) == (6.0, "euler")
    untouched = filled("image_everything.json")
    assert (untouched["3"]["text"], untouched["5"]["steps"]) == ("blurry", 4)
    changed = filled("image_everything.json", cfg=4, sampler="uni_pc")
    assert (changed["5"]["cfg"], changed["5"]["sampler_name"]) == (4.0, "uni_pc")
    assert isinstance(changed["5"]["cfg"], float)


def test_the_file_is_not_changed_by_filling_it() -> None:
    workflow = CORPUS_FILES.open("image_plain.json")
    before = json.dumps(workflow.graph)
    workflow.filled(GIVEN, seed=3, send=lambda _: "")
    assert json.dumps(workflow.graph) == before


def test_a_value_takes_the_type_the_file_has_and_a_length_is_never_cut() -> None:
    inputs = filled("video_save.json", duration=3.2)
    assert inputs["10"]["value"] == 3.2
    assert inputs["11"]["value"] == 4
    assert isinstance(inputs["11"]["value"], int)


def test_seed_zero_is_another_one_every_time_and_a_fixed_seed_stays() -> None:
    assert filled("image_unmarked.json", seed=77)["5"]["seed"] == 77
    assert filled("image_fixed_seed.json", seed=77)["5"]["seed"] == 42
    assert filled("image_plain.json", seed=77)["5"]["seed"] == 5, "a marked seed is what is asked for"


def test_files_are_sent_once_and_named_as_the_server_names_them() -> None:
    sent: list[Upload] = []

    def send(file: Upload) -> str:
        sent.append(file)
        return "pixelle/there.png"

    graph = CORPUS_FILES.open("image_tilde.json").filled(GIVEN | {"image": Upload(b"png")}, seed=1, send=send)
    assert sent == [Upload(b"png")]
    assert graph["4"]["inputs"]["name"] == graph["9"]["inputs"]["name"] == "pixelle/there.png"
    assert filled("image_edit.json", image=Upload(b"four"))["4"]["image"] == "pixelle/4.png"


@pytest.mark.parametrize(
    ("name", "more", "reason", "said"),
    [
        ("image_edit.json", {}, "WORKFLOW_PARAMETER_MISSING", "'image'"),
        ("image_not_uploaded.json", {"image": Upload(b"png")}, "WORKFLOW_NOT_UPLOADED", "$~image.name"),
        ("image_no_file.json", {}, "WORKFLOW_NOT_A_FILE", "'prompt'"),
        ("digital_human.json", {}, "WORKFLOW_PARAMETER_MISSING", "'audio'"),
    ],
)
def test_what_cannot_be_filled_is_refused(name: str, more: dict[str, Value], reason: str, said: str) -> None:
    with pytest.raises(FailedPrecondition) as caught:
        CORPUS_FILES.open(name).filled(GIVEN | more, seed=1, send=lambda _: "")
    assert caught.value.reason == reason
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [
        ("image_ui_format.json", "WORKFLOW_UI_FORMAT", "Export (API)"),
        ("image_broken.json", "WORKFLOW_NOT_JSON", "image_broken.json"),
        ("image_list.json", "WORKFLOW_EMPTY", "Export (API)"),
        ("image_empty.json", "WORKFLOW_EMPTY", "no nodes"),
        ("image_odd.json", "WORKFLOW_EMPTY", "'1'"),
        ("image_title_wrong.json", "WORKFLOW_TITLE_INVALID", "'$ prompt'"),
        ("image_input_unknown.json", "WORKFLOW_INPUT_UNKNOWN", "'txet'"),
        ("portrait.json", "WORKFLOW_NAME_UNCLEAR", "image_"),
        ("image_plian.json", "WORKFLOW_UNKNOWN", "'selfhost/image_plain.json'"),
        ("../workflows/image_plain.json", "WORKFLOW_UNKNOWN", "Did you mean"),
        ("tts_voice.json", "WORKFLOW_UNKNOWN", "tts_voice"),
    ],
)
def test_a_file_that_cannot_run_says_why(name: str, reason: str, said: str) -> None:
    with pytest.raises(PixelleError) as caught:
        CORPUS_FILES.open(name)
    assert caught.value.reason == reason
    assert said in caught.value.message
    assert str(CORPUS) not in caught.value.message


def test_the_users_files_come_first_and_are_seen_at_once(tmp_path: Path) -> None:
    library = Library([tmp_path / "mine", BUILT_IN])
    built_in = library.open("image_sdxl.json")
    (tmp_path / "mine").mkdir()
    text = (CORPUS / "image_plain.json").read_text()
    (tmp_path / "mine" / "image_sdxl.json").write_text("\ufeff" + text, "utf-8")
    assert library.open("image_sdxl.json").graph != built_in.graph
    (tmp_path / "mine" / "image_new.json").write_text(text)
    assert library.open("image_new.json").name == "image_new.json"
    (tmp_path / "mine" / "image_new.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FailedPrecondition, match="UTF-8"):
        library.open("image_new.json")
    with pytest.raises(InvalidArgument):
        library.open("image_other.json")


@pytest.mark.parametrize("path", sorted(BUILT_IN.glob("*.json")), ids=lambda path: path.name)
def test_the_built_in_files_are_sound(path: Path) -> None:
    workflow = Workflow.read(path.name, path.read_text())
    assert workflow.takes("prompt")
    assert workflow.outputs
    assert not workflow.lacking({"prompt", "image"})
