"""Dice with an explicit seed: a stream of its own per purpose and segment, so that one change never moves another's dice."""

import zlib
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]


def dice(seed: int, stream: str, segment: str = "") -> np.random.Generator:
    """The generator of one stream: the same for the same seed, stream and segment, whatever else there is."""
    return np.random.default_rng(
        np.random.SeedSequence([seed, zlib.crc32(stream.encode()), zlib.crc32(segment.encode())])
    )
