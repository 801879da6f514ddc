"""Pictures to start from: photos of phones reach engines and servers as files that those read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.client import result_of
from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.testing import running
from svc_media.references import readable
from svc_media.server import build
from tests.colour_profile import wide_gamut
from tests.comfyui.painting import settings
from tests.comfyui.standin import CORPUS, StandIn
from tests.photos import Entry, icc, irot, ispe, photo, written
from tests.unit.svc_media.checks import Careful

if TYPE_CHECKING:
    from pathlib import Path


def phone() -> bytes:
    """Held upright: orange above, blue below, in Display P3."""
    pixels = np.zeros((256, 320, 3), np.uint8)
    pixels[:, :160], pixels[:, 160:] = (200, 100, 50), (20, 60, 160)
    return photo(pixels, tile=128, properties=[icc(wide_gamut()), irot(3)])


def test_photos_become_upright_jpeg_in_srgb() -> None:
    with Image.open(io.BytesIO(readable(phone()))) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (256, 320))
        assert "icc_profile" not in image.info
        assert np.abs(np.array(image.getpixel((128, 60))) - (216, 93, 24)).max() <= 3


def test_other_pictures_stay_as_they_are() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    assert readable(out.getvalue()) == out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no picture", "application/octet-stream, not a picture"),
        (phone()[:-900], "reference: The picture cannot be shown: it is a HEIF file"),
        (written([Entry("hvc1", b"", [ispe(20_000, 20_000)])]), "20000x20000 pixels"),
    ],
)
def test_what_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said) as caught:
        readable(data)
    assert caught.value.reason == "REFERENCE_NOT_A_PICTURE"


async def test_servers_and_the_safety_check_get_what_they_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Careful, "looked", 0)
    with StandIn() as server:
        given = settings(tmp_path, CORPUS, server.url, "image_plain.json", "video_save.json")
        given = given.model_copy(update={"media_safety": "tests.unit.svc_media.checks:Careful"})
        async with running(build(given)) as channel:
            stub = media_pb2_grpc.MediaServiceStub(channel)
            request = media_pb2.GenerateImageRequest(
                workflow="selfhost/image_edit.json",
                prompt=media_pb2.MediaPrompt(prompt="the same at night", width=256, height=320),
                reference=core_pb2.Artifact(inline=phone(), media_type="image/heic"),
            )
            made = await result_of(stub.GenerateImage, request, timeout=60, service="media")
        (sent,) = (data for (place, _, name), data in server.files.items() if place == "input" and "pixelle" in name)
    assert (made.width, made.height) == (256, 320)
    assert Careful.looked == 2, "what is given, and what is made"
    with Image.open(io.BytesIO(sent)) as image:
        assert (image.format, image.size) == ("JPEG", (256, 320))
