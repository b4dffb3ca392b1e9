"""Taking in a file and giving one back: the field, the larger limit of its page, and an answer that a browser cannot run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flask import Response, current_app, make_response
from werkzeug.datastructures import FileStorage

from portal.platform.database import current_session
from portal.post.files.actions import Vault, open_file
from portal.post.files.harmless import MOST_BYTES
from portal.post.files.models import StoredFile
from portal.web.edge import found
from portal.web.edge.headers import FILE_POLICY
from portal.web.forms.fields import OwnField

View = TypeVar("View", bound=Callable[..., Any])


class SentFile(NamedTuple):
    """A file as it was sent: what it is called, and one byte more than may be, so that too much is seen."""

    name: str
    content: bytes


class UploadField(OwnField):
    """A file. Its data is a `SentFile`; what the file is, is looked at when it is kept."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        sent = next((value for value in valuelist if isinstance(value, FileStorage) and value.filename), None)
        self.data = None
        if sent is not None:
            sent.stream.seek(0)
            self.data = SentFile(str(sent.filename), sent.stream.read(MOST_BYTES + 1))

    def _value(self) -> str:
        return ""


def takes_file(view: View) -> View:
    """Mark a view whose form has a file: the request may be larger than others."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def vault() -> Vault:
    """Where the files of this desk lie."""
    settings = current_app.extensions["settings"]
    return Vault.under(settings.state_dir, str(current_app.secret_key))


def attachment(file: StoredFile | None, *, name: str) -> Response:
    """A kept file to save, never to show: under our own name and type, in a sandbox. A 404 when it cannot be opened."""
    kept = found(file)
    response = make_response(open_file(current_session(), vault=vault(), file=kept))
    response.headers["Content-Type"] = kept.kind.media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kept.kind.ending}"'
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
