"""The texts that stand under the attributes of a class in its source: what each means, for the JSON Schema of a file.

They are read when a schema is asked for. Reading them whenever the classes are made would cost every start half its time.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache


def described(cls: type) -> dict[str, str]:
    """The text under each attribute of a class; of an attribute that a base class declares, the text there."""
    found: dict[str, str] = {}
    declared: set[str] = set()
    for one in cls.__mro__:
        texts = _texts(one)
        own = set(inspect.get_annotations(one)) | texts.keys()
        found |= {name: text for name, text in texts.items() if name not in declared}
        declared |= own
    return found


def _texts(cls: type) -> Mapping[str, str]:
    return _of_module(cls.__module__).get(cls.__name__.partition("[")[0], {})


@cache
def _of_module(name: str) -> Mapping[str, Mapping[str, str]]:
    """Of every class in a module the texts under its attributes; none where there is no source."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
    except (KeyError, OSError, TypeError):
        return {}
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return {node.name: dict(_under_attributes(node)) for node in classes}


def _under_attributes(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for attribute, after in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(attribute, ast.AnnAssign)
            and isinstance(attribute.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            yield attribute.target.id, inspect.cleandoc(after.value.value)
