"""What a holder copies into a profile elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from lms.certificates.models import Certificate
from lms.certificates.picture import Picture
from lms.certificates.rules import Kind

LINKEDIN = "https://www.linkedin.com/profile/add"


@dataclass(frozen=True)
class ProfileEntry:
    """The fields of LinkedIn's form for licences and certificates."""

    name: str
    organisation: str
    issued_on: date
    expires_on: date | None
    number: str
    url: str

    @property
    def link(self) -> str:
        """Return the address that opens the form with everything filled in."""
        fields: dict[str, str | int] = {
            "startTask": "CERTIFICATION_NAME",
            "name": self.name,
            "organizationName": self.organisation,
            "issueYear": self.issued_on.year,
            "issueMonth": self.issued_on.month,
            "certId": self.number,
            "certUrl": self.url,
        }
        if self.expires_on is not None:
            fields["expirationYear"] = self.expires_on.year
            fields["expirationMonth"] = self.expires_on.month
        return f"{LINKEDIN}?{urlencode(fields)}"


def profile_entry(certificate: Certificate, picture: Picture, organisation: str) -> ProfileEntry:
    """Say of a certificate what a profile says; one that is not of completion names what it is."""
    course = picture.facts.course_title
    is_completion = certificate.kind == Kind.COMPLETION
    return ProfileEntry(
        name=course if is_completion else f"{picture.lines['title']}: {course}",
        organisation=organisation,
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        number=certificate.number,
        url=picture.facts.verify_url,
    )
