"""Forms about invitations and institutions, and the field with which an institution is chosen anywhere."""

from lms.cohorts.forms.accepting import AcceptForm, AddressForm
from lms.cohorts.forms.institutions import (
    InstitutionField,
    MergeForm,
    NameForm,
    NewInstitutionForm,
    ParentForm,
    WorkForm,
)

__all__ = [
    "AcceptForm",
    "AddressForm",
    "InstitutionField",
    "MergeForm",
    "NameForm",
    "NewInstitutionForm",
    "ParentForm",
    "WorkForm",
]
