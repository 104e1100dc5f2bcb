"""What coordinators and administrators fill in."""

from lms.delegations.forms.importing import FileForm, RowForm
from lms.delegations.forms.inviting import MessageForm, PeopleFilterForm
from lms.delegations.forms.programmes import IntakeForm, LogoForm, PartnerForm, ProgrammeForm
from lms.delegations.forms.ways_in import (
    DeclineForm,
    HandOverForm,
    InvitePeopleForm,
    NominateForm,
    PasteForm,
    WithdrawForm,
)

__all__ = [
    "DeclineForm",
    "FileForm",
    "HandOverForm",
    "IntakeForm",
    "InvitePeopleForm",
    "LogoForm",
    "MessageForm",
    "NominateForm",
    "PartnerForm",
    "PasteForm",
    "PeopleFilterForm",
    "ProgrammeForm",
    "RowForm",
    "WithdrawForm",
]
