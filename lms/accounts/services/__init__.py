"""What a person can do with an account. Nothing here commits."""

from lms.accounts.services.names import rekey_people
from lms.accounts.services.passwords import change_password, has_password
from lms.accounts.services.people import (
    EmailTaken,
    choose_language,
    choose_time_zone,
    confirm_name,
    create_people,
    create_person,
    set_active,
    transfer_person,
)
from lms.accounts.services.roles import (
    GrantRefused,
    LastAdministrator,
    grant_role,
    refuse_grant,
    withdraw_role,
)
from lms.accounts.services.signing_in import (
    LinkExpired,
    WrongCredentials,
    authenticate,
    end_session,
    end_session_copy,
    find_link,
    make_link,
    note_proof,
    note_sign_in,
    request_link,
    use_link,
)

__all__ = [
    "EmailTaken",
    "GrantRefused",
    "LastAdministrator",
    "LinkExpired",
    "WrongCredentials",
    "authenticate",
    "change_password",
    "choose_language",
    "choose_time_zone",
    "confirm_name",
    "create_people",
    "create_person",
    "end_session",
    "end_session_copy",
    "find_link",
    "grant_role",
    "has_password",
    "make_link",
    "note_proof",
    "note_sign_in",
    "refuse_grant",
    "rekey_people",
    "request_link",
    "set_active",
    "transfer_person",
    "use_link",
    "withdraw_role",
]
