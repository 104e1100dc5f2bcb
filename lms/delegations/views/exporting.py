"""The people of a cohort, and their certificates, as files.

They hold names: they are handed out after a fresh proof, once an hour, and noted in the log.
"""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.audit import services as audit
from lms.audit.exports import limit_exports
from lms.certificates.archives import archive_of
from lms.certificates.queries import certificates_of_cohort
from lms.cohorts.queries import coordinated_cohort
from lms.cohorts.services import imports
from lms.delegations.views import bp
from lms.extensions import begin_to_write, db
from lms.web.access import Role, allow
from lms.web.files import sheet_answer, zip_answer


@bp.get("/<country>/<cohort>/people.<any(csv,xlsx):file_format>")
@allow(Role.COORDINATOR, step_up=True)
@limit_exports("people")
def export_people(country: str, cohort: str, file_format: str) -> ResponseReturnValue:
    begin_to_write()
    found = coordinated_cohort(current_user, country, cohort)
    sheet = imports.people_sheet(found)
    answer = sheet_answer(sheet, file_format, f"{found.slug}-people")
    audit.note_export(
        "people", "cohort", found.slug, answer.get_data(), row_count=len(sheet.rows),
        country_code=found.country_code, format=file_format,
    )  # fmt: skip
    db.session.commit()
    return answer


@bp.post("/<country>/<cohort>/certificates.zip")
@allow(Role.COORDINATOR, step_up=True)
@limit_exports("certificates")
def export_certificates(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    archive = archive_of(certificates_of_cohort(found))
    audit.note_export(
        "certificates", "cohort", found.slug, archive.manifest, row_count=archive.row_count,
        country_code=found.country_code, format="zip",
    )  # fmt: skip
    db.session.commit()
    return zip_answer(archive.parts(), f"{found.slug}-certificates")
