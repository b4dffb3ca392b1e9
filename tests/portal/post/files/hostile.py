"""Files as an attacker, a careless scanner or a broken disk would send them; each made here, none kept in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from PIL import Image, PngImagePlugin

Made = tuple[str, bytes]
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SECRET = b"GPS-52.2112-5.9699"


def pdf(pages: int = 1, change: Callable[[pikepdf.Pdf], None] | None = None, **saving: Any) -> bytes:
    """A PDF with empty pages, changed before it is written."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if change is not None:
        change(document)
    out = io.BytesIO()
    document.save(out, **({"deterministic_id": True} if "encryption" not in saving else {}), **saving)
    return out.getvalue()


def jpeg(size: tuple[int, int] = (60, 40), *, exif: bool = False) -> bytes:
    """A photo, with a place in its EXIF when asked."""
    out = io.BytesIO()
    tags = Image.Exif()
    tags[0x010E] = SECRET.decode()
    Image.new("RGB", size, (200, 30, 30)).save(out, "JPEG", **({"exif": tags} if exif else {}))
    return out.getvalue()


def png(size: tuple[int, int] = (60, 40), text: str = "") -> bytes:
    """A picture, with words hidden in it when asked."""
    out = io.BytesIO()
    info = PngImagePlugin.PngInfo()
    if text:
        info.add_text("Comment", text)
    Image.new("RGBA", size, (0, 80, 0, 128)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def archive(name: str = "factuur.txt", content: bytes = b"x") -> bytes:
    """A zip with one file in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def action(**entries: Any) -> Callable[[pikepdf.Pdf], None]:
    """Puts an action under the opening of a document."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = pikepdf.Dictionary(**entries)

    return change


def script_on_page(document: pikepdf.Pdf) -> None:
    """Runs when the first page is shown."""
    document.pages[0].obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))


def script_in_names(document: pikepdf.Pdf) -> None:
    """Runs because it stands in the list of names."""
    code = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", code])))


def attachment(document: pikepdf.Pdf) -> None:
    """Carries a program."""
    document.attachments["factuur.exe"] = b"MZ\x90"


def form_of_xfa(document: pikepdf.Pdf) -> None:
    """A form that is a program of its own."""
    document.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.Stream(document, b"<xdp/>"), Fields=pikepdf.Array())


def film(document: pikepdf.Pdf) -> None:
    """Plays something on the page."""
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 10, 10])
    document.pages[0].obj.Annots = pikepdf.Array([note])


def deep_script(document: pikepdf.Pdf) -> None:
    """A script behind five dictionaries and a list, in an object of its own."""
    inner: Any = pikepdf.Dictionary(S=pikepdf.Name.JavaScript)
    for _ in range(5):
        inner = pikepdf.Dictionary(Kids=pikepdf.Array([inner]))
    document.Root.Extra = document.make_indirect(inner)


def hostile() -> dict[str, Made]:
    """What must be refused: by name, the name it is sent under and its bytes."""
    launch = {"S": pikepdf.Name.Launch, "F": pikepdf.String("cmd.exe")}
    lock = pikepdf.Encryption(owner="eigenaar", user="geheim")
    half = pikepdf.Encryption(owner="eigenaar", user="")
    return {
        "nothing": ("factuur.pdf", b""),
        "too large": ("factuur.pdf", b"%PDF-1.7\n" + b"0" * 12_000_000),
        "test virus": ("factuur.pdf", EICAR),
        "test virus with a head of a PDF": ("factuur.pdf", b"%PDF-1.4\n" + EICAR),
        "zip": ("factuur.zip", archive()),
        "zip called pdf": ("factuur.pdf", archive()),
        "zip bomb": ("factuur.pdf", archive("bom.txt", b"\0" * 20_000_000)),
        "office file with macros": ("factuur.docm", archive("word/vbaProject.bin", b"Sub AutoOpen()")),
        "office file called pdf": ("factuur.pdf", archive("word/document.xml", b"<w:document/>")),
        "program": ("factuur.exe", b"MZ\x90\x00" + b"\0" * 200),
        "program called jpg": ("factuur.jpg", b"MZ\x90\x00" + b"\0" * 200),
        "page called pdf": ("factuur.pdf", b"<html><script>alert(1)</script></html>"),
        "drawing with a script": ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        "drawing called png": ("logo.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        "animated picture": ("factuur.gif", b"GIF89a" + b"\0" * 50),
        "picture called pdf": ("factuur.pdf", jpeg()),
        "pdf called png": ("factuur.png", pdf()),
        "two endings": ("factuur.pdf.html", pdf()),
        "no ending": ("factuur", pdf()),
        "ending behind a zero": ("factuur.pdf\0.exe", pdf()),
        "picture before a pdf": ("factuur.pdf", b"GIF89a" + pdf()),
        "script at opening": ("factuur.pdf", pdf(1, action(S=pikepdf.Name.JavaScript, JS=pikepdf.String("x")))),
        "script on a page": ("factuur.pdf", pdf(1, script_on_page)),
        "script in the names": ("factuur.pdf", pdf(1, script_in_names)),
        "script deep inside": ("factuur.pdf", pdf(1, deep_script)),
        "script in packed objects": (
            "factuur.pdf",
            pdf(1, deep_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        ),
        "starts a program": ("factuur.pdf", pdf(1, action(**launch))),
        "sends a form": (
            "factuur.pdf",
            pdf(1, action(S=pikepdf.Name.SubmitForm, F=pikepdf.String("http://x.example"))),
        ),
        "opens another file": ("factuur.pdf", pdf(1, action(S=pikepdf.Name.GoToR, F=pikepdf.String("//x/y.pdf")))),
        "form that is a program": ("factuur.pdf", pdf(1, form_of_xfa)),
        "film": ("factuur.pdf", pdf(1, film)),
        "attachment": ("factuur.pdf", pdf(1, attachment)),
        "password": ("factuur.pdf", pdf(1, None, encryption=lock)),
        "empty password": ("factuur.pdf", pdf(1, None, encryption=half)),
        "too many pages": ("factuur.pdf", pdf(51)),
        "no pages": ("factuur.pdf", pdf(0)),
        "half a pdf": ("factuur.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
        "flood of pixels": ("foto.png", png_that_claims(30_000, 30_000)),
        "more pixels than a number holds": ("foto.png", png_that_claims(2**31 - 1, 2**31 - 1)),
        "half a photo": ("foto.jpg", jpeg((400, 400))[:700]),
        "only the head of a photo": ("foto.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
        "only the head of a png": ("foto.png", b"\x89PNG\r\n\x1a\n"),
    }


def disguised() -> dict[str, Made]:
    """What may come in, but loses what hides in it: the secret or the program must not be in what is kept."""
    return {
        "place in a photo": ("foto.jpg", jpeg(exif=True)),
        "words in a picture": ("foto.png", png(text=SECRET.decode())),
        "zip behind a photo": ("foto.jpeg", jpeg() + archive("x", SECRET) + SECRET),
        "script behind a picture": ("foto.png", png() + b"<script>" + SECRET + b"</script>"),
        "zip behind a pdf": ("factuur.pdf", pdf() + archive("x", SECRET) + SECRET),
        "path in the name": ("../../etc/passwd.pdf", pdf()),
    }
