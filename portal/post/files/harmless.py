"""Looking at a file before it is kept: by content, size, pages and pixels; and the harmless copy that is kept instead.

The names and types that a browser sends are not believed. Images are drawn anew, so that nothing that hides in them (EXIF,
a program behind the picture) comes along. A PDF is refused when it can do something by itself, and written anew otherwise.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.models import FileKind

MOST_BYTES = 12_000_000
"""A photo of a telephone is often 3 to 10 MB; what is kept of it is much smaller."""
MOST_PAGES = 50
MOST_PIXELS = 120_000_000
"""More than any telephone makes (108 million)."""
MOST_DRAWN = 200_000_000
"""So many bytes a picture may take while it is drawn anew, by what its head says: before anything of it is opened."""
SEVERAL_TIMES = 6
"""So many bytes for each of its own pixels a JPEG that comes in several rounds takes at whatever size it is read."""
SHRINKING = (1, 2, 4, 8)
"""A JPEG can be read at its own size, or at a half, a quarter or an eighth of it."""
LONGEST_SIDE = 3500
"""So many pixels a picture that is kept has at most in one direction: a page of A4 at 300 dots per inch."""
MOST_OBJECTS = 100_000
STARTS = {FileKind.PDF: b"%PDF-", FileKind.JPEG: b"\xff\xd8\xff", FileKind.PNG: b"\x89PNG\r\n\x1a\n"}
MEDIA_TYPES = {kind.media_type: kind for kind in FileKind}
NAME_ENDINGS = {"pdf": FileKind.PDF, "jpg": FileKind.JPEG, "jpeg": FileKind.JPEG, "png": FileKind.PNG}
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/Rendition"})
ATTACHING_KEYS = frozenset({"/EF", "/EmbeddedFiles"})
ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/RichMediaExecute"}
    | {"/Rendition", "/Movie", "/Sound", "/ResetForm", "/Trans"}
)
ACTIVE_KINDS = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})


@dataclass(frozen=True)
class Harmless:
    """A file as it may be kept."""

    kind: FileKind
    content: bytes
    pages: int


def harmless_copy(content: bytes, *, name: str) -> Harmless:
    """The copy of a file that may be kept. Raises ``Refusal`` (field file) with what is wrong with it."""
    kind = fitting_kind(content, name=name)
    return _pdf(content) if kind is FileKind.PDF else _image(content, kind)


def fitting_kind(content: bytes, *, name: str) -> FileKind:
    """What a file is by its first bytes, before anything of it is opened. Raises ``Refusal`` (field file).

    `name` is what the sender called it; only its ending is looked at, and it must fit the content.
    """
    if not content:
        raise _refused("file_empty", _l("Dit bestand is leeg. Kies een ander bestand."))
    if len(content) > MOST_BYTES:
        raise _refused("file_too_large", _l("Dit bestand is te groot. Het mag hoogstens 12 MB zijn."))
    kind = kind_of(content)
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if kind is None or NAME_ENDINGS.get(ending) is not kind:
        raise _refused("file_kind", _l("Dit is geen PDF, JPG of PNG. Stuur het document als PDF, of als foto."))
    return kind


def kind_of(content: bytes) -> FileKind | None:
    """What a file is by its first bytes, if two ways of looking agree; None for everything that is not taken in."""
    try:
        seen = {match.mime_type for match in puremagic.magic_string(content)[:3]}
    except (puremagic.PureError, ValueError):
        return None
    for kind, start in STARTS.items():
        if content.startswith(start) and kind.media_type in seen:
            return kind
    return None


def _image(content: bytes, kind: FileKind) -> Harmless:
    """The picture drawn anew: turned upright, without EXIF, comments or what stood behind it."""
    broken = _refused(
        "file_broken", _l("Wij kunnen deze foto niet openen. Maak een nieuwe foto en probeer het opnieuw.")
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=[kind.name])
            shrinking = _shrinking(picture, kind)
            picture.draft("RGB", (picture.width // shrinking, picture.height // shrinking))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            ImageOps.exif_transpose(picture, in_place=True)
            drawn = Image.new("RGB", picture.size, "white")
            if picture.has_transparency_data:
                seen = picture.convert("RGBA")
                drawn.paste(seen, mask=seen)
            else:
                drawn.paste(picture.convert("RGB"))
            out = io.BytesIO()
            drawn.save(out, kind.name, **({"quality": 85} if kind is FileKind.JPEG else {"compress_level": 1}))
    except Refusal:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise broken from error
    if out.tell() > 2 * MOST_BYTES:
        raise _refused("file_pixels", _l("Deze foto is te groot. Maak een foto met minder pixels."))
    return Harmless(kind, out.getvalue(), 1)


def _shrinking(picture: Image.Image, kind: FileKind) -> int:
    """By how much a picture is read smaller, so that it is not larger than needed and fits in the room that it may take.

    What it takes follows from its head: a grey pixel takes one byte, one in colour four, twice while it is made smaller, and one
    you look through three times. Raises ``Refusal`` for what does not fit at any size.
    """
    pixels = picture.width * picture.height
    each = 2 if picture.mode in ("1", "L", "P") else 12 if picture.has_transparency_data else 8
    always = SEVERAL_TIMES * pixels if picture.info.get("progressive") else 0
    for shrinking in SHRINKING if kind is FileKind.JPEG else SHRINKING[:1]:
        larger = max(picture.size) >= 2 * shrinking * LONGEST_SIDE and shrinking < SHRINKING[-1]
        fits = always + each * pixels // shrinking**2 <= MOST_DRAWN
        if pixels <= MOST_PIXELS and fits and not (larger and kind is FileKind.JPEG):
            return shrinking
    raise _refused("file_pixels", _l("Deze foto is te groot. Maak een foto met minder pixels."))


def _pdf(content: bytes) -> Harmless:
    """The PDF written anew, without what stood before or behind it. Refused when it is shut, active or carries files."""
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as document:
            if document.is_encrypted:
                raise _refused("file_locked", _l("Op deze PDF zit een wachtwoord. Stuur de PDF zonder wachtwoord."))
            pages = len(document.pages)
            if not 0 < pages <= MOST_PAGES:
                raise _refused("file_pages", _l("Deze PDF heeft te veel bladzijden. Het mogen er hoogstens 50 zijn."))
            _refuse_active(document)
            out = io.BytesIO()
            document.save(out, linearize=False, deterministic_id=True)
    except pikepdf.PasswordError as error:
        raise _refused("file_locked", _l("Op deze PDF zit een wachtwoord. Stuur de PDF zonder wachtwoord.")) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise _refused("file_broken", _l("Wij kunnen deze PDF niet openen. Maak de PDF opnieuw.")) from error
    if out.tell() > 2 * MOST_BYTES:
        raise _refused("file_too_large", _l("Dit bestand is te groot. Het mag hoogstens 12 MB zijn."))
    return Harmless(FileKind.PDF, out.getvalue(), pages)


def _refuse_active(document: pikepdf.Pdf) -> None:
    active = _refused(
        "file_active", _l("In deze PDF zit een programma. Dat mag niet. Druk het document af naar een PDF.")
    )
    for found in _dictionaries(document):
        keys = set(found.keys())
        if keys & ATTACHING_KEYS:
            raise _refused(
                "file_attached", _l("In deze PDF zit een bijlage. Dat mag niet. Stuur alleen het document zelf.")
            )
        if keys & ACTIVE_KEYS or _name(found, "/S") in ACTIVE_ACTIONS or _name(found, "/Subtype") in ACTIVE_KINDS:
            raise active
    opening = document.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and _name(opening, "/S") not in ("/GoTo", ""):
        raise active


def _dictionaries(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of a document, however deep it lies; a document with too many is refused."""
    number = 0
    for top in document.objects:
        heap: list[Any] = [top]
        while heap:
            number += 1
            if number > MOST_OBJECTS:
                raise ValueError("too many objects")
            one = heap.pop()
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                yield one
                heap += [value for value in dict(one.items()).values() if _is_direct(value)]
            elif isinstance(one, pikepdf.Array):
                heap += [value for value in list(one) if _is_direct(value)]


def _is_direct(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _name(found: Any, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _refused(code: str, message: Any) -> Refusal:
    return Refusal(code, message, field="file")
