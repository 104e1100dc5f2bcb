"""Deny by default: a view without a declared policy is never reached.

A policy is declared at the view, for each of its methods::

    @bp.post("/certificates/<number>/revoke")
    @allow(Role.OFFICER)
    def revoke(number: str) -> ResponseReturnValue: ...

It says which roles may call the view at all. *Which objects* a person sees is decided in
``queries.py``, which answers 404 for what is not theirs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.errors import NotAllowed, NotFound, ProofNeeded, SignInNeeded
from lms.extensions import csrf

NOTED_EVERY_SECONDS = 60
PROOF_SECONDS = 10 * 60
"""How long a password or code counts as the proof of who is at the keyboard."""


class Role(StrEnum):
    """What a person may be given; roles add up."""

    LEARNER = "learner"
    MENTOR = "mentor"
    INSTRUCTOR = "instructor"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Policy:
    """Who may call a view: everybody, everybody who is signed in, or the holders of one of ``roles``.

    With ``needs_step_up``, only somebody who has proved again, minutes ago, who is at the keyboard.
    """

    is_public: bool = False
    roles: frozenset[Role] = frozenset()
    needs_step_up: bool = False
    is_for_proof: bool = False  # the pages where it is proved are open to a session that lay idle

    def allows(self, person: Any) -> bool:
        if self.is_public:
            return True
        if not person.is_authenticated:
            return False
        return not self.roles or not self.roles.isdisjoint(person.role_names)

    def __str__(self) -> str:
        if self.is_public:
            return "public"
        return (" ".join(sorted(self.roles)) or "signed-in") + (" *" if self.needs_step_up else "")


PUBLIC = Policy(is_public=True)
SIGNED_IN = Policy()
PROVING = Policy(is_for_proof=True)

View = TypeVar("View", bound=Callable[..., Any])


def allow(
    *roles: Role, policy: Policy | None = None, step_up: bool = False
) -> Callable[[View], View]:
    """Declare the policy of a view. Without roles: everybody who is signed in."""
    declared = policy or Policy(roles=frozenset(roles), needs_step_up=step_up)

    def declare(view: View) -> View:
        view.access_policy = declared  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Open a view to everybody."""
    return allow(policy=PUBLIC)(view)


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """Return the declared policy; None where somebody forgot it."""
    return getattr(app.view_functions[endpoint], "access_policy", None)


def declared_policies(app: Flask) -> Iterator[tuple[str, str, str, Policy | None]]:
    """List (rule, method, endpoint, policy) for every route, for the test that compares them with the matrix."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.rule, method, rule.endpoint, policy_of(app, rule.endpoint)


def register(app: Flask) -> None:
    app.before_request(check_access)
    app.register_error_handler(SignInNeeded, lambda _error: ask_to_sign_in())


def check_access() -> None:
    """Run before each request; the only door."""
    if request.endpoint is None:
        return  # no such address, or not with this method: the router's own 404 or 405
    policy = policy_of(current_app, request.endpoint)
    if policy is None:
        raise NotFound
    if not policy.allows(current_user):
        raise NotAllowed if current_user.is_authenticated else SignInNeeded
    if policy.is_public:
        return  # also while the database is away: nobody asks who it is
    is_idle = has_lain_idle()
    if (is_idle and not policy.is_for_proof) or (policy.needs_step_up and not has_proved()):
        if current_app.config["WTF_CSRF_ENABLED"]:
            csrf.protect()  # what is kept for after the proof must come from a page of ours
        raise ProofNeeded
    if not is_idle:
        note_activity()


def has_proved() -> bool:
    """Tell whether this session has proved, minutes ago, who is at the keyboard."""
    return time.time() - float(session.get("proved_at", 0)) < PROOF_SECONDS


def has_lain_idle() -> bool:
    """Tell whether nobody has used this session for so long that somebody else may sit there now.

    Nobody is signed out for it: after a fresh proof everything goes on where it stopped, a quiz too.
    """
    who = "STAFF" if current_user.is_staff else "LEARNER"
    limit_seconds = current_app.config[f"{who}_IDLE_SECONDS"]
    return bool(time.time() - session.get("seen_at", time.time()) > limit_seconds)


def note_activity() -> None:
    """Remember that the session is used; once a minute is enough, each time is a new cookie."""
    if time.time() - session.get("seen_at", 0) > NOTED_EVERY_SECONDS:
        session["seen_at"] = int(time.time())


def ask_to_sign_in() -> ResponseReturnValue:
    """Send to the sign-in page and back again afterwards; a script gets a plain 401."""
    if request.accept_mimetypes.best == "application/json":
        return {"error": "sign-in"}, 401
    here = (
        request.full_path.rstrip("?") if request.method == "GET" else (request.referrer or "/learn")
    )
    return redirect(url_for("accounts.sign_in", next=own_path(here)), 303)


def own_path(target: str | None, default: str = "") -> str:
    """Return a path of this site, or ``default``: a redirect never leaves it.

    Refused is whatever a browser may read as another host: a scheme, two slashes, a backslash,
    a control character.
    """
    if not target:
        return default
    if target.startswith(request.host_url):
        target = "/" + target.removeprefix(request.host_url)
    is_own = target.startswith("/") and not target.startswith("//")
    is_plain = not any(ord(letter) < 0x21 or letter == "\\" for letter in target)
    return target if is_own and is_plain else default
