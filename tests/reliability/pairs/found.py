"""Which acts there are, read from the code: every public function that takes a session first and `now` by name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import portal

NO_ACTS = ("portal.web", "portal.demo", "portal.migrations", "portal.commands", "portal.translations")
"""Where acts are called, not made."""


def is_act(name: str, one: Any, module: ModuleType) -> bool:
    """Whether this member of a module is an act that is made there."""
    if name.startswith("_") or not inspect.isfunction(one) or one.__module__ != module.__name__:
        return False
    taken = inspect.signature(one).parameters
    return next(iter(taken), "") == "session" and "now" in taken and taken["now"].kind is inspect.Parameter.KEYWORD_ONLY


def acts_of(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The acts of one module, by their whole names."""
    return {f"{module.__name__}.{name}": one for name, one in vars(module).items() if is_act(name, one, module)}


def all_acts() -> dict[str, Callable[..., Any]]:
    """Every act of the portal, by its whole name."""
    found: dict[str, Callable[..., Any]] = {}
    for name in _modules():
        found |= acts_of(importlib.import_module(name))
    return found


def _modules() -> Iterable[str]:
    for one in pkgutil.walk_packages(portal.__path__, "portal."):
        if not one.name.startswith(NO_ACTS):
            yield one.name


def name_of(act: Callable[..., Any]) -> str:
    """The whole name of an act."""
    return f"{act.__module__}.{act.__qualname__}"
