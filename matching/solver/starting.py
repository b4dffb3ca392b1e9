"""OR-Tools, loaded without what nobody gives it.

It takes series and indexes of pandas as well, and so it loads pandas: a third of a second of every start. It gets a stand-in of
that name for as long as it is loaded, unless pandas was there already; who imports pandas later gets pandas.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _Unused(ModuleType):
    """A module in which every name is a class that nothing is of."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {})
        setattr(self, name, made)
        return made


@contextmanager
def unused(name: str) -> Iterator[None]:
    """A stand-in for a module within this block; nothing happens to one that was loaded already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = stand_in = _Unused(name)
    try:
        yield
    finally:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]


with unused("pandas"):
    from ortools.sat.python import cp_model

__all__ = ["cp_model", "unused"]
