"""Room on the disk. Before it is full nothing more is taken in: what was begun can be ended, what is there can be read."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 2**20


@dataclass(frozen=True)
class Room:
    """How many bytes of a disk are free, of how many."""

    free: int
    total: int

    @property
    def percentage(self) -> int:
        """How much of it is free, in whole percents."""
        return 100 * self.free // self.total if self.total else 0


def room_in(folder: Path) -> Room:
    """The room on the disk that a folder is on, or will be on when it is made."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    usage = shutil.disk_usage(there)
    return Room(usage.free, usage.total)


def is_tight(folder: Path, minimum_mb: int) -> bool:
    """Whether less than so many megabytes are free there. It is looked at anew each time: with room again it is over."""
    return minimum_mb > 0 and room_in(folder).free < minimum_mb * MEGABYTE
