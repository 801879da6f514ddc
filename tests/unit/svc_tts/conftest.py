"""Speech to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.speech import spoken

if TYPE_CHECKING:
    import numpy as np


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """About eight seconds of one person speaking, mono, 24 kHz, peak about 0.5."""
    return spoken(tmp_path_factory.mktemp("voices"))
