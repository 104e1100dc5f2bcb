"""Privacy notices, and who accepted which."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from lms.accounts.models import Consent, Person, PrivacyNotice
from lms.audit import services as audit
from lms.extensions import db, insert_once

NOTICES = Path(__file__).parent.parent / "privacy.toml"


def notice_for(country_code: str) -> PrivacyNotice | None:
    """Return the newest notice of a country; where it has none, the newest that holds everywhere."""
    query = (
        select(PrivacyNotice)
        .where(PrivacyNotice.country_code.in_({country_code, ""}))
        .order_by(PrivacyNotice.country_code.desc(), PrivacyNotice.version.desc())
    )
    return db.session.scalar(query.limit(1))


def open_notice(person: Person) -> PrivacyNotice | None:
    """Return the notice that somebody has still to accept."""
    notice = notice_for(person.country_code)
    if notice is None:
        return None
    accepted = select(Consent.id).where(
        Consent.person_id == person.id, Consent.notice_id == notice.id
    )
    return notice if db.session.scalar(accepted) is None else None


def accept(person: Person, notice: PrivacyNotice, language: str) -> None:
    """Note that somebody accepted this version, in this language. Doing it twice changes nothing."""
    is_new = insert_once(
        Consent,
        person_id=person.id,
        notice_id=notice.id,
        language=language,
        accepted_at=datetime.now(UTC),
    )
    if is_new:
        audit.record(
            "accept_privacy_notice", "person", person.id, country_code=person.country_code,
            version=notice.version, of=notice.country_code, language=language,
        )  # fmt: skip


def consents_of(person: Person) -> list[Consent]:
    """List what somebody accepted, the newest first."""
    query = select(Consent).where(Consent.person_id == person.id)
    return list(db.session.scalars(query.order_by(Consent.id.desc())))


def publish_notices(path: Path = NOTICES) -> list[PrivacyNotice]:
    """Make a new version of every notice whose text differs from the newest one; return what is new.

    Args:
        path: a TOML file, a table for each country's code and one, ``general``, for everywhere
            else; in it the texts in Markdown by language, ``en`` always.

    Raises:
        KeyError: a notice has no English text.
    """
    made = []
    for name, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
        code = "" if name == "general" else name
        texts["en"]
        newest = _newest(code)
        if newest is not None and newest.texts == texts:
            continue
        notice = PrivacyNotice(
            country_code=code,
            version=newest.version + 1 if newest else 1,
            texts=texts,
            published_at=datetime.now(UTC),
        )
        db.session.add(notice)
        db.session.flush()
        audit.record(
            "publish_privacy_notice", "notice", notice.id, country_code=code, version=notice.version
        )
        made.append(notice)
    return made


def _newest(code: str) -> PrivacyNotice | None:
    query = select(PrivacyNotice).where(PrivacyNotice.country_code == code)
    return db.session.scalar(query.order_by(PrivacyNotice.version.desc()).limit(1))
