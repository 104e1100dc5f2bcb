"""What a certificate costs: its credential, its page, the look at it, its signature; beside plain WeasyPrint."""

from __future__ import annotations

import base64
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask_migrate import upgrade
from sqlalchemy import select

from lms import create_app
from lms.certificates import document, drawing
from lms.certificates.models import Certificate
from lms.certificates.services import register
from lms.cohorts.cli import load_countries
from lms.config import ROOT, Config
from lms.courses.services import publish
from lms.extensions import db
from lms.lib import numbers, pdf, pdf_child
from tests.factories import complete, make_cohort, make_learner

NAMES = (
    ("Aigul Sarsenbayeva {}", "Айгүл Сәрсенбаева {}"),
    ("Sevak Yeghiazaryan {}", "Սևակ Եղիազարյան {}"),
)
SPLIT = 40  # certificates whose page is taken apart, and drawn by plain WeasyPrint
STEPS = ("credential", "page", "look", "sign")


def bench(folder: Path, count: int) -> dict[str, Any]:
    settings = {"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR", "JOBS_WAKE_WORKER": "false"}
    with create_app(Config.from_env(settings)).app_context():
        issued = certificates(count)
        pages: list[tuple[Any, ...]] = []
        with seen(drawing.page.pdf, "render", pages):
            for certificate_id in issued[:4]:  # what is loaded and parsed once a process
                make(certificate_id)
        result = whole(issued) | apart(pages[-1]) | {"certificates": count}
        result["times_plain"] = round(result["cpu_ms"] / result["plain_ms"], 2)
        return result


def make(certificate_id: int) -> bytes:
    """Make one document as the worker does: nothing is left of it in the session."""
    made = document.made(document.draft_of(db.session.get_one(Certificate, certificate_id)))
    db.session.commit()
    db.session.expunge_all()
    return made


def certificates(count: int) -> list[int]:
    """Issue as many, half of them with a second name in Cyrillic and half in Armenian letters."""
    upgrade()
    load_countries()
    publish(ROOT / "courses" / "digital-id")
    complete(make_learner(make_cohort("KZ"))[1])
    db.session.commit()
    model = db.session.scalars(select(Certificate)).one()
    made = []
    for number in range(count):
        latin, native = (name.format(number + 1000) for name in NAMES[number % 2])
        new = numbers.new_number("KZ", 2026)
        row = {column.name: getattr(model, column.name) for column in Certificate.__table__.columns}
        facts = {**model.facts, "number": new, "name_latin": latin, "name_native": native}
        row |= {
            "id": None,
            "number": new,
            "facts": facts,
            "sequence": number + 2,
            "salt": secrets.token_bytes(32),
        }
        made.append(Certificate(**row))
    db.session.add_all(made)
    db.session.flush()
    for certificate in made:
        register.append(certificate, "issue")
    db.session.commit()
    ids = [certificate.id for certificate in made]
    db.session.expunge_all()
    return ids


def whole(issued: list[int]) -> dict[str, Any]:
    """Make all documents as the worker does; count what both processes take."""
    spent = dict.fromkeys(STEPS, 0.0)
    memory, sizes = [], []
    with (
        timed(document, "credential_of", spent, "credential"),
        timed(document.drawing, "draw", spent, "page"),
        timed(document.drawing, "read_back", spent, "look"),
        timed(document, "_signed", spent, "sign"),
    ):
        began = cpu()
        for number, certificate_id in enumerate(issued, start=1):
            sizes.append(len(make(certificate_id)))
            if number in {len(issued) // 10, len(issued)}:
                memory.append(resident_mb())
        total = cpu() - began
    each = {f"{step}_ms": round(1000 * seconds / len(issued), 1) for step, seconds in spent.items()}
    return {
        "cpu_ms": round(1000 * total / len(issued), 1), **each, "kb": round(max(sizes) / 1000, 1),
        "memory_mb": memory,
    }  # fmt: skip


def apart(page: tuple[Any, ...]) -> dict[str, Any]:
    """Take one page apart in this process, and draw it as WeasyPrint does when nothing is kept."""
    import weasyprint
    from weasyprint.document import Document

    (html, css), files = page
    head, blobs = sent(html, css, files)
    parts = {"layout": 0.0, "fonts": 0.0, "whole": 0.0, "plain": 0.0}
    pdf_child.print_page(head, list(blobs))
    with (
        timed(Document, "_render", parts, "layout"),
        timed(weasyprint.pdf, "build_fonts_dictionary", parts, "fonts"),
        timed(pdf_child, "print_page", parts, "whole"),
    ):
        for _turn in range(SPLIT):
            pdf_child.print_page(head, list(blobs))
    with timed_here(parts, "plain"):
        for _turn in range(SPLIT):
            plain(html, css, files["assets"])
    each = {f"{name}_ms": round(1000 * seconds / SPLIT, 1) for name, seconds in parts.items()}
    each["assemble_ms"] = round(each.pop("whole_ms") - each["layout_ms"] - each["fonts_ms"], 1)
    return each


def plain(html: str, css: str, assets: dict[str, bytes]) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    for name, content in assets.items():
        kind = {"svg": "svg+xml", "jpg": "jpeg"}.get(name.rpartition(".")[2], "png")
        address = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
        html, css = (text.replace(f"asset:{name}", address) for text in (html, css))
    styles = [CSS(string=css, font_config=fonts)]
    return bytes(
        HTML(string=html).write_pdf(stylesheets=styles, font_config=fonts, pdf_variant="pdf/a-3a")
    )


def sent(html: str, css: str, files: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Return what the child would be asked."""
    caught: list[tuple[Any, ...]] = []

    def answer(_printer: object, head: Any, blobs: Any) -> tuple[dict[str, Any], list[bytes]]:
        caught.append((head, blobs))
        return {"warnings": []}, [b""]

    with patch.object(pdf.Printer, "answer", answer):
        pdf.render(html, css, **files)
    return caught[0]


@contextmanager
def seen(place: Any, name: str, calls: list[tuple[Any, ...]]) -> Iterator[None]:
    real = getattr(place, name)

    def call(*arguments: Any, **named: Any) -> Any:
        calls.append((arguments, named))
        return real(*arguments, **named)

    with patch.object(place, name, call):
        yield


@contextmanager
def timed(place: Any, name: str, spent: dict[str, float], step: str) -> Iterator[None]:
    """Add up the CPU that a function takes, in both processes."""
    real: Callable[..., Any] = getattr(place, name)

    def call(*arguments: Any, **named: Any) -> Any:
        with timed_here(spent, step):
            return real(*arguments, **named)

    with patch.object(place, name, call):
        yield


@contextmanager
def timed_here(spent: dict[str, float], step: str) -> Iterator[None]:
    began = cpu()
    yield
    spent[step] += cpu() - began


def cpu() -> float:
    """Return the seconds that this process and its printing child have taken."""
    return time.process_time() + child_seconds()


def child_seconds() -> float:
    """Read in nanoseconds what the scheduler has given to the child."""
    try:
        tasks = Path(f"/proc/{pdf.printer.pid}/task").iterdir()
        return sum(int((one / "schedstat").read_text().split()[0]) for one in tasks) / 1e9
    except FileNotFoundError:
        return 0.0


def resident_mb() -> list[float]:
    """Return the memory of this process and of the child."""
    pids = (os.getpid(), pdf.printer.pid)
    pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return [round(number * os.sysconf("SC_PAGE_SIZE") / 1e6, 1) for number in pages]


def table(result: dict[str, Any]) -> str:
    (early, early_child), (late, late_child) = result["memory_mb"]
    lines = (
        "{certificates} certificates, tagged, signed, with their credentials: {cpu_ms} ms CPU each, at most {kb} kB",
        "credential {credential_ms}, page {page_ms}, look {look_ms}, sign {sign_ms} ms",
        "the page: layout {layout_ms}, fonts {fonts_ms}, assemble {assemble_ms} ms",
        "plain WeasyPrint, unsigned: {plain_ms} ms; all of ours is {times_plain} of it",
    )
    told = "\n".join(lines).format(**result)
    grown = f"{early} MB and {early_child} MB in the child; at the end {late} and {late_child} MB"
    return f"{told}\nmemory after a tenth: {grown}"
