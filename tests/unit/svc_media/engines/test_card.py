"""Cards."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from PIL import Image

from svc_media.engines.base import Brief, Series
from svc_media.engines.card import CardEngine


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


def test_cards_of_one_video_are_all_different() -> None:
    cards = [
        CardEngine().paint(Brief("x", 270, 480, 1, series=Series(3, index, 10)), tick=silent).pixels
        for index in range(10)
    ]
    thumbs = [np.asarray(Image.fromarray(card).resize((8, 8), Image.Resampling.BOX), np.int16) for card in cards]
    for a, b in itertools.combinations(thumbs, 2):
        assert np.abs(a - b).mean() > 8


@pytest.mark.parametrize(("width", "height"), [(450, 800), (800, 450), (600, 600)])
def test_a_card_uses_its_canvas(width: int, height: int) -> None:
    for seed in range(6):
        card = CardEngine().paint(Brief("x", width, height, seed), tick=silent).pixels
        assert card.shape == (height, width, 3)
        assert card.dtype == np.uint8
        for half in np.array_split(card, 2):
            assert half.std() > 10


def test_a_card_is_made_at_once() -> None:
    CardEngine().paint(Brief("x", 256, 256, 0), tick=silent)
    start = time.process_time()
    for seed in range(5):
        CardEngine().paint(Brief("x", 1080, 1920, seed), tick=silent)
    assert (time.process_time() - start) / 5 < 0.4
