"""What a file may take of the machine: 256 MB and two seconds of the processor, whatever its kind, and what fits in it."""

from __future__ import annotations

import io
import json
import resource
import struct
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from portal.platform.errors import Refusal
from portal.post.files.harmless import LONGEST_SIDE, Harmless, harmless_copy
from portal.post.files.models import FileKind
from portal.post.files.workshop import ROOM, SECONDS, copy_apart, main

KINDS = ("factuur.pdf", "foto.jpg", "foto.jpeg", "foto.png", "invoice.ubl")
MB = 2**20


def asked_of_the_process(
    monkeypatch: pytest.MonkeyPatch, name: str, content: bytes = b"x"
) -> tuple[dict[str, Any], bytes]:
    """What the process apart answers about one file."""
    head, body = name.encode(), content
    asked = struct.pack("!I", len(head)) + head + struct.pack("!I", len(body)) + body
    out = io.BytesIO()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(asked)))
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=out))
    main()
    answer = out.getvalue()
    (length,) = struct.unpack("!I", answer[:4])
    return json.loads(answer[4 : 4 + length]), answer[8 + length :]


def opened_by(monkeypatch: pytest.MonkeyPatch, work: Any) -> None:
    """Let the process apart do something else than open a file."""

    def opens(*_: object, **__: object) -> Harmless:
        return Harmless(FileKind.PDF, work(), 1)

    def reads(_content: bytes) -> Any:
        return SimpleNamespace(as_dict=dict, pdf=work())

    monkeypatch.setattr("portal.post.files.workshop.harmless_copy", opens)
    monkeypatch.setattr("portal.post.files.workshop.read_electronic", reads)


def limits() -> bytes:
    """Which limits hold here, and how much room there is beside what is taken."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    names = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)
    return json.dumps([*(resource.getrlimit(one) for one in names), taken]).encode()


@pytest.mark.norm("V5.2.3")
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_is_opened_with_256_mb_and_two_seconds(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert (ROOM, SECONDS) == (256 * MB, 2)
    opened_by(monkeypatch, limits)
    (soft, hard), time, core, taken = json.loads(asked_of_the_process(monkeypatch, name)[1])
    assert soft == hard and 250 * MB < soft - taken <= 256 * MB
    assert (time, core) == ([2, 2], [0, 0])


def too_much_room() -> bytes:
    return bytes(len(bytearray(300 * MB)) // MB)


def enough_room() -> bytes:
    return bytes(len(bytearray(200 * MB)) // MB)


def test_what_takes_more_room_or_time_is_refused_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened_by(monkeypatch, too_much_room)
    for name in KINDS:
        assert asked_of_the_process(monkeypatch, name)[0]["code"] == "file_too_heavy", name
    opened_by(monkeypatch, enough_room)
    assert len(asked_of_the_process(monkeypatch, "foto.jpg")[1]) == 200

    def for_ever() -> bytes:
        while True:
            pass

    opened_by(monkeypatch, for_ever)
    monkeypatch.setattr("portal.post.files.workshop.SECONDS", 1)
    assert asked_of_the_process(monkeypatch, "foto.jpg")[0]["code"] == "file_too_heavy"


def test_control_without_the_limit_more_room_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    opened_by(monkeypatch, too_much_room)
    monkeypatch.setattr("portal.post.files.workshop.limit", lambda: None)
    assert len(asked_of_the_process(monkeypatch, "foto.png")[1]) == 300


def drawn(size: tuple[int, int], mode: str, kind: str, **saving: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 100).save(out, kind, **saving)
    return out.getvalue()


TURNED = Image.Exif()
TURNED[0x0112] = 6
PICTURES: dict[str, tuple[tuple[int, int], str, str, dict[str, Any], tuple[int, int]]] = {
    "a telephone of 12 megapixels, held upright": ((4032, 3024), "RGB", "JPEG", {"exif": TURNED}, (2625, 3500)),
    "a telephone of 48 megapixels": ((8064, 6048), "RGB", "JPEG", {"exif": TURNED}, (2625, 3500)),
    "all that is read at its own size": ((5000, 5000), "RGB", "JPEG", {}, (3500, 3500)),
    "a photo in rounds": ((4032, 3024), "RGB", "JPEG", {"progressive": True}, (3500, 2625)),
    "the largest picture in colour": ((5000, 5000), "RGB", "PNG", {"compress_level": 1}, (3500, 3500)),
    "the largest that one looks through": ((4080, 4080), "RGBA", "PNG", {"compress_level": 1}, (3500, 3500)),
    "a grey scan of A4 at 600 dots per inch": ((4960, 7016), "L", "PNG", {"compress_level": 1}, (2474, 3500)),
}
"""What is taken in: size, mode, kind, how it is saved, and the size of what is kept."""


@pytest.mark.parametrize("name", PICTURES)
def test_honest_pictures_fit_in_that(name: str) -> None:
    size, mode, kind, saving, kept = PICTURES[name]
    copy = copy_apart(drawn(size, mode, kind, **saving), name=f"foto.{kind.lower()}")
    with Image.open(io.BytesIO(copy.content)) as picture:
        assert picture.size == kept and max(kept) <= LONGEST_SIDE
        assert picture.convert("RGB").getpixel((5, 5)) != (0, 0, 0), "it was drawn"


def claiming(content: bytes, width: int, height: int) -> bytes:
    """The same picture with a head that says that it is larger."""
    if content.startswith(b"\x89PNG"):
        head = content[12:16] + struct.pack("!II", width, height) + content[24:29]
        return content[:12] + head + struct.pack("!I", zlib.crc32(head)) + content[33:]
    at = max(content.find(b"\xff\xc0"), content.find(b"\xff\xc2")) + 5
    return content[:at] + struct.pack("!HH", height, width) + content[at + 4 :]


TOO_LARGE: dict[str, tuple[tuple[int, int], str, str, dict[str, Any]]] = {
    "in colour": ((5001, 5000), "RGB", "PNG", {}),
    "that one looks through": ((4083, 4083), "RGBA", "PNG", {}),
    "a photo of 48 megapixels in rounds": ((8064, 6048), "RGB", "JPEG", {"progressive": True}),
    "a photo that no telephone makes": ((12_001, 10_000), "RGB", "JPEG", {}),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_does_not_fit_is_refused_by_its_head_and_the_maker_is_told_what_to_do(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, mode, kind, saving = TOO_LARGE[name]
    content = drawn((8, 8), mode, kind, **saving)
    assert harmless_copy(content, name=f"foto.{kind.lower()}").pages == 1, "control: it is refused for its size alone"
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)  # nothing of it is opened
    with pytest.raises(Refusal) as refused:
        harmless_copy(claiming(content, *size), name=f"foto.{kind.lower()}")
    assert refused.value.code == "file_pixels" and "minder pixels" in str(refused.value)
    smaller = claiming(content, size[0] // 4, size[1] // 4)
    with pytest.raises(TypeError, match="not callable"):
        harmless_copy(smaller, name=f"foto.{kind.lower()}")
