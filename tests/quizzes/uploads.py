"""Small files of every kind, and some that are two kinds at once."""

from __future__ import annotations

import io
import zipfile

OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + b"\0" * 40 + b"\xff\xd9"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def archive(entries: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return made.getvalue()


def office(main_type: str, **entries: str) -> bytes:
    types = f'<Types><Override PartName="/main.xml" ContentType="{main_type}"/></Types>'
    return archive({"[Content_Types].xml": types, "main.xml": "<x/>", **entries})


DOCX = office(OFFICE + "wordprocessingml.document.main+xml")
XLSX = office(OFFICE + "spreadsheetml.sheet.main+xml")
PPTX = office(OFFICE + "presentationml.presentation.main+xml")
ODT = archive(
    {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"},
    zipfile.ZIP_STORED,
)
KINDS = {
    "pdf": PDF, "docx": DOCX, "xlsx": XLSX, "pptx": PPTX, "odt": ODT, "png": PNG, "jpeg": JPEG,
}  # fmt: skip
REFUSED = {
    "nothing": b"",
    "text": b"Dear sirs",
    "a page": HTML,
    "a drawing": SVG,
    "a moving picture": b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff;",
    "a picture that is a script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "an archive": archive({"readme.txt": "Hello"}),
    "an archive called a document": archive({"[Content_Types].xml": "<Types/>"}),
    "a document with macros by its type": office(
        "application/vnd.ms-word.document.macroEnabled.main+xml"
    ),
    "a document with macros inside": office(
        OFFICE + "wordprocessingml.document.main+xml", **{"word/vbaProject.bin": "x"}
    ),
    "a PDF before an archive": PDF + DOCX,
    "an archive after a PDF": PDF[:-6] + DOCX + b"%%EOF\n",
    "a PDF before a page": HTML + PDF,
    "a page in a PDF": b"%PDF-1.4\n" + HTML + PDF,
    "a picture before an archive": JPEG + DOCX,
    "a picture with a page": PNG[:33] + HTML + PNG[33:],
    "a picture with a tail": PNG + HTML,
    "a picture before a PDF": JPEG[:20] + PDF + JPEG[20:],
    "half a PDF": PDF[:30],
    "half a picture": PNG[:50],
    "half an archive": DOCX[: len(DOCX) // 2],
    "a program": b"MZ\x90\0" + b"\0" * 200,
}
