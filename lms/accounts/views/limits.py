"""How often somebody may try."""

from __future__ import annotations

from flask import request
from flask_limiter.util import get_remote_address
from flask_login import current_user
from werkzeug import Response

from lms.accounts import rules, sessions
from lms.accounts.rules import LONGEST_EMAIL
from lms.extensions import limiter


def own_account() -> str:
    return f"person {current_user.get_id()}"


def account_and_place() -> str:
    email = rules.normal_email(request.form.get("email", ""))
    return f"{email[:LONGEST_EMAIL]} {get_remote_address()}"  # the limiter remembers each of them


def whose_code() -> str:
    """Name the account whose code is typed: signed in, or half of it."""
    half = sessions.half_signed_in()
    return f"person {half.person.fs_uniquifier}" if half else own_account()


def has_failed(answer: Response) -> bool:
    return answer.status_code == 422


# A whole ministry sits behind one address: only failures count, for one account from one place,
# and widely for the place. So nobody can lock somebody else out.
ACCOUNT_LIMIT = limiter.limit(
    "10 per 5 minutes", key_func=account_and_place, deduct_when=has_failed
)
# Whoever is signed in already: a stolen session must not become a way to guess the password.
PROOF_LIMIT = limiter.limit("10 per 5 minutes", key_func=own_account, deduct_when=has_failed)
# A code has only six digits: its tries are counted together, wherever it is typed.
CODE_LIMIT = limiter.shared_limit(
    "5 per 5 minutes; 20 per hour; 50 per day",
    scope="code",
    key_func=whose_code,
    deduct_when=has_failed,
    exempt_when=lambda: request.form.keys().isdisjoint({"code", "proof_code"}),
)
OWN_LINK_LIMIT = limiter.limit("5 per 15 minutes", key_func=own_account)
FROM_ONE_PLACE = "300 per 5 minutes"
PLACE_LIMIT = limiter.limit(FROM_ONE_PLACE, deduct_when=has_failed)
