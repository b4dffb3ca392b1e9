"""What is wrong with a file, in words its writer can act on. A file with one error loads nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (or doubtful) in a file.

    `code` and `params` are stable, so that a screen can say it in Dutch; `message_en` and `remedy_en` say it in English.
    """

    file: str
    path: str
    code: str
    message_en: str
    remedy_en: str
    params: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "")
        where = f"{place}: {self.path}: " if self.path else f"{place}: "
        return f"{where}{self.message_en} {self.remedy_en}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain data for JSON output."""
        return {
            "file": self.file,
            "path": self.path,
            "line": self.line,
            "severity": self.severity,
            "code": self.code,
            "params": {
                k: v if isinstance(v, int | str | list | bool | None) else str(v) for k, v in self.params.items()
            },
            "message": self.message_en,
            "remedy": self.remedy_en,
        }


class BadFile(Exception):
    """One or more files cannot be used. `findings` holds everything that was found, not only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: Sequence[Finding] = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))
