"""What coordinators and administrators fill in."""

from lms.delegations.forms.changes import (
    AddressForm,
    DueDatesForm,
    LeaveForm,
    MoveForm,
    SuccessorForm,
)
from lms.delegations.forms.cohorts import (
    AddCourseForm,
    CohortForm,
    DueDateForm,
    NewCohortForm,
)
from lms.delegations.forms.comparison import CompareForm
from lms.delegations.forms.importing import (
    FileForm,
    RowForm,
)
from lms.delegations.forms.inviting import (
    MessageForm,
    PeopleFilterForm,
)
from lms.delegations.forms.programmes import (
    IntakeForm,
    LogoForm,
    PartnerForm,
    ProgrammeForm,
)
from lms.delegations.forms.reminding import ReminderForm, reminder_form
from lms.delegations.forms.ways_in import (
    DeclineForm,
    HandOverForm,
    InvitePeopleForm,
    NominateForm,
    PasteForm,
    WithdrawForm,
)

__all__ = [
    "AddCourseForm",
    "AddressForm",
    "CohortForm",
    "CompareForm",
    "DeclineForm",
    "DueDateForm",
    "DueDatesForm",
    "FileForm",
    "HandOverForm",
    "IntakeForm",
    "InvitePeopleForm",
    "LeaveForm",
    "LogoForm",
    "MessageForm",
    "MoveForm",
    "NewCohortForm",
    "NominateForm",
    "PartnerForm",
    "PasteForm",
    "PeopleFilterForm",
    "ProgrammeForm",
    "ReminderForm",
    "RowForm",
    "SuccessorForm",
    "WithdrawForm",
    "reminder_form",
]
