from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

PREVIEW = "-PREVIEW"  # the end of the number: no certificate has such letters


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedFacts:
    """All that one certificate says. Texts are NFC, and empty where there is nothing to say.

    Attributes:
        kind: what it says of its holder, see `lms.certificates.rules.Kind`.
        layout: the folder that it is printed with.
        number: as `lms.lib.numbers` writes it.
        name_latin: as in the passport.
        name_native: in the person's own script; not printed twice when it is the same.
        native_language: code of the language of ``name_native``, for screen readers.
        course_title: in English.
        course_title_native: in the second language.
        steps: how many the course has; all are completed.
        hours: of study, in whole hours; 0 is not printed.
        country: in English; it stands before the cohort.
        cohort: in English, such as "autumn 2026".
        cohort_native: country and cohort in the second language.
        issued_on: printed in both languages.
        expires_on: the last day on which it holds, printed in both languages; None for ever.
        second_language: code of the language beside English; ``en`` prints English alone.
        signatory_role: such as "Programme director".
        signatory_name: of who was in office; empty prints the role alone.
        signature: fingerprint of the scanned signature, printed above the name.
        programme: whose programme it is.
        verify_url: the whole address of this certificate's page, in the QR code.
        verify_page: where to type the number, as people write it: without ``https://``.
        funders: names of those who pay, in the programme's order.
        partners: names of those who carry it with them.
        credit_line: the programme's sentence about both.
        logos: fingerprint and name of each logo, in their order.
    """

    kind: str = "completion"
    layout: str = "completion"
    number: str
    name_latin: str
    name_native: str = ""
    native_language: str = ""
    course_title: str
    course_title_native: str = ""
    steps: int
    hours: int
    country: str = ""
    cohort: str
    cohort_native: str = ""
    issued_on: date
    expires_on: date | None = None
    second_language: str
    signatory_role: str
    signatory_name: str = ""
    signature: str = ""
    programme: str
    verify_url: str
    verify_page: str
    funders: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    credit_line: str = ""
    logos: tuple[tuple[str, str], ...] = ()

    @property
    def is_preview(self) -> bool:
        """Tell whether this is only to be looked at: its number can be nobody's."""
        return self.number.endswith(PREVIEW)


def to_json(facts: PrintedFacts) -> dict[str, Any]:
    """Return the facts as the register keeps them; days are ISO 8601."""
    expires_on = facts.expires_on.isoformat() if facts.expires_on else None
    return {**asdict(facts), "issued_on": facts.issued_on.isoformat(), "expires_on": expires_on}


def from_json(kept: Mapping[str, Any]) -> PrintedFacts:
    """Return the facts that the register kept; older ones say less."""
    lists = {name: tuple(kept.get(name, ())) for name in ("funders", "partners")}
    logos = tuple((sha256, name) for sha256, name in kept.get("logos", ()))
    last = kept.get("expires_on")
    days = {
        "issued_on": date.fromisoformat(kept["issued_on"]),
        "expires_on": date.fromisoformat(last) if last else None,
    }
    return PrintedFacts(**{**kept, **lists, **days, "logos": logos})
