"""What coordinators and administrators fill in."""

from lms.delegations.forms.importing import FileForm, RowForm
from lms.delegations.forms.inviting import InviteForm, MessageForm, PeopleFilterForm
from lms.delegations.forms.programmes import IntakeForm, LogoForm, PartnerForm, ProgrammeForm

__all__ = [
    "FileForm",
    "IntakeForm",
    "InviteForm",
    "LogoForm",
    "MessageForm",
    "PartnerForm",
    "PeopleFilterForm",
    "ProgrammeForm",
    "RowForm",
]
