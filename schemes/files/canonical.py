"""One canonical form of every file: for hashes, exchange and comparison."""

import hashlib
import json
from typing import Any

import yaml
from pydantic import BaseModel

from schemes.files.reading import reads_as_text


def canonical(model: BaseModel) -> dict[str, Any]:
    """The value as plain data as a file holds it; what keeps its default is left out."""
    return model.model_dump(mode="json", exclude_defaults=True, by_alias=True)


def canonical_json(model: BaseModel) -> str:
    """The canonical text: keys in alphabetical order, no spaces, UTF-8. Equal values have equal texts."""
    return json.dumps(canonical(model), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def content_hash(model: BaseModel) -> str:
    """SHA-256 over the canonical text, as `sha256:` and 64 hexadecimal digits."""
    return "sha256:" + hashlib.sha256(canonical_json(model).encode()).hexdigest()


class _Dumper(yaml.SafeDumper):
    """Quotes what a reader of YAML 1.1 or 1.2 could take for something else; never writes references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def text(self, data: str) -> yaml.ScalarNode:
        """A text, in quotes when this software itself would read something else without them: `1e3` is a number to it."""
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=None if reads_as_text(data) else "'")


_Dumper.add_representer(str, _Dumper.text)


def as_yaml(model: BaseModel) -> str:
    """The value as a YAML file that loads back to the same value. Keys in the order of the class."""
    return yaml.dump(canonical(model), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
