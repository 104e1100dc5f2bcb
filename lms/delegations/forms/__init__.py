"""What coordinators and administrators fill in."""

from lms.delegations.forms.inviting import InviteForm, PeopleFilterForm
from lms.delegations.forms.programmes import IntakeForm, LogoForm, PartnerForm, ProgrammeForm

__all__ = [
    "IntakeForm",
    "InviteForm",
    "LogoForm",
    "PartnerForm",
    "PeopleFilterForm",
    "ProgrammeForm",
]
