"""Certificates taken out together: every PDF, and a table that says what each of them is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, func, select

from lms.audit.exports import TooManyRows
from lms.certificates.models import Certificate, CertificateFile
from lms.extensions import db
from lms.lib.sheets import Cell, Sheet, as_csv
from lms.lib.zips import zipped

LARGEST = 10_000  # certificates in one archive
AT_ONCE = 20  # PDFs in memory
HEADER = (
    "number", "name_latin", "name_native", "cohort", "course", "kind", "issued_on", "expires_on",
    "standing", "sha256", "file",
)  # fmt: skip


@dataclass(frozen=True)
class Archive:
    """What is handed out: ``manifest`` is all that the audit log seals of it."""

    manifest: bytes
    row_count: int
    names: dict[int, str]  # of the files, by certificate

    def parts(self) -> Iterator[bytes]:
        """Write the archive piece by piece; a slow reader keeps nobody from writing in between."""
        return zipped(self._files(), datetime.now(UTC))

    def _files(self) -> Iterator[tuple[str, bytes]]:
        yield "certificates.csv", self.manifest
        ids = list(self.names)
        for start in range(0, len(ids), AT_ONCE):
            query = select(CertificateFile.certificate_id, CertificateFile.pdf).where(
                CertificateFile.certificate_id.in_(ids[start : start + AT_ONCE])
            )
            found = dict(db.session.execute(query).all())
            db.session.rollback()
            for one in ids[start : start + AT_ONCE]:
                if pdf := found[one]:  # else erased a moment ago
                    yield self.names[one], pdf


def archive_of(certificates: Select[Certificate]) -> Archive:
    """List what an archive of certificates will hold. Those without a PDF, or no more with one, name no file.

    Raises:
        TooManyRows: they would be too many for one archive.
    """
    counted = select(func.count()).select_from(certificates.order_by(None).subquery())
    if (db.session.scalar(counted) or 0) > LARGEST:
        raise TooManyRows
    query = (
        certificates.order_by(None)
        .order_by(Certificate.id)
        .outerjoin(CertificateFile, CertificateFile.certificate_id == Certificate.id)
        .add_columns(CertificateFile.sha256, CertificateFile.pdf.is_not(None))
        .execution_options(yield_per=500)
    )
    names, rows = {}, []
    for certificate, sha256, has_pdf in db.session.execute(query):
        if has_pdf:
            names[certificate.id] = _file_name(certificate)
        rows.append(_row(certificate, sha256, names.get(certificate.id, "")))
    manifest = as_csv(Sheet("certificates", HEADER, rows))
    return Archive(manifest, len(rows), names)


def _file_name(certificate: Certificate) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "-", certificate.facts["name_latin"]).strip("-")
    return f"{certificate.number}-{name}.pdf"


def _row(certificate: Certificate, sha256: str | None, file: str) -> list[Cell]:
    facts = certificate.facts
    return [
        certificate.number,
        facts["name_latin"],
        facts["name_native"],
        facts["cohort"],
        facts["course_title"],
        certificate.kind,
        certificate.issued_on.isoformat(),
        certificate.expires_on.isoformat() if certificate.expires_on else "",
        certificate.standing,
        sha256 or "",
        file,
    ]
