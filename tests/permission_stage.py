"""A stage for the walk over all routes: who calls, what they call, and whether anything was changed by it."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text, update

from lms.accounts.models import Person, RoleGrant
from lms.cohorts.services import invite
from lms.courses.queries import forget_cached
from lms.extensions import db, limiter
from tests.factories import (
    FINAL,
    change_quiz,
    complete,
    make_cohort,
    make_learner,
    make_person,
    make_staff,
    start,
    take_quiz,
)

PLACES = ("own", "other cohort", "other country", "missing")
EVERY_ROLE = (
    ("mentor", "all"), ("instructor", "all"), ("coordinator", "all"), ("officer", "all"),
    ("administrator", "all"), ("auditor", "all"),
)  # fmt: skip
HASH_OF_TABLE = (
    "SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t"
)


@dataclass
class Caller:
    """Somebody at a browser. ``reach`` are the places whose objects the roles are for."""

    name: str
    person_id: int | None = None
    roles: frozenset[str] = frozenset()
    reach: frozenset[str] = frozenset()
    is_signed_in: bool = True
    session: dict[str, object] = field(default_factory=dict)


@dataclass
class World:
    """Three cohorts in two countries, each with a learner who has done everything, and all kinds of callers."""

    callers: dict[str, Caller]
    places: dict[str, dict[str, object]]


def build(values) -> World:
    """Make the world; ``values(seat, person, country)`` gives what addresses of a place need."""
    change_quiz(gain={"post": FINAL, "objectives": ["who-says-so"]})
    cohorts = {
        "own": make_cohort("KZ"),
        "other cohort": make_cohort("KZ"),
        "other country": make_cohort("GE"),
    }
    places, learners = {}, {}
    for name, cohort in cohorts.items():
        learner, seat = make_learner(cohort)
        complete(seat, except_paths=(FINAL,))
        take_quiz(seat, FINAL)
        learners[name] = learner
        again = start(seat, FINAL)
        places[name] = {
            **values(seat, learner, cohort.country_code.lower()), "open_attempt_id": again.id,
        }  # fmt: skip
    callers = people_of(cohorts["own"], learners["own"])
    inviter = db.session.get_one(Person, callers["coordinator"].person_id)
    for cohort in cohorts.values():
        invite(inviter, cohort, f"new@{cohort.slug}.example.org", "en")
    db.session.commit()
    return World({one.name: one for one in callers.values()}, places)


def people_of(cohort, learner) -> dict[str, Caller]:
    """Make one caller of each kind."""
    country, own = frozenset({"own", "other cohort"}), frozenset({"own"})
    everywhere = frozenset(PLACES) - {"missing"}
    callers = [
        Caller("anonymous", is_signed_in=False),
        caller("learner", learner, own),
        caller("mentor", make_staff("mentor", "cohort", cohort.slug), own),
        caller("instructor", make_staff("instructor", "course", "digital-id"), everywhere),
        caller(
            "instructor elsewhere", make_staff("instructor", "course", "other-course"), frozenset()
        ),
        caller("coordinator", make_staff("coordinator", "country", "KZ"), country),
        caller("coordinator of one cohort", make_staff("coordinator", "cohort", cohort.slug), own),
        caller(
            "coordinator of one programme",
            make_staff("coordinator", "programme", cohort.programme.slug),
            own,
        ),
        caller("officer", make_staff("officer", "country", "KZ"), country),
        caller("administrator", make_staff("administrator"), everywhere),
        caller("auditor", make_staff("auditor"), everywhere),
    ]
    suspended, half, expired = (with_every_role() for _number in range(3))
    suspended.active = False
    db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.person_id == expired.id)
        .values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    )
    db.session.commit()
    now = int(time.time())
    open_half = {"half": {"who": half.fs_uniquifier, "way": "password", "target": "", "at": now}}
    callers += [
        Caller("suspended", suspended.id, is_signed_in=False, session=session_of(suspended)),
        Caller("password only", half.id, is_signed_in=False, session=open_half),
        Caller("expired grants", expired.id, session=session_of(expired)),
    ]
    return {one.name: one for one in callers}


def caller(name: str, person: Person, reach: frozenset[str]) -> Caller:
    return Caller(name, person.id, frozenset(person.role_names), reach, session=session_of(person))


def with_every_role() -> Person:
    person = make_person()
    for role, scope in EVERY_ROLE:
        db.session.add(
            RoleGrant(person_id=person.id, role=role, scope=scope, granted_at=datetime.now(UTC))
        )
    db.session.commit()
    db.session.refresh(person)
    return person


def session_of(person: Person) -> dict[str, object]:
    """Return the session of somebody who has just signed in."""
    now = int(time.time())
    return {
        "_user_id": person.fs_uniquifier, "_fresh": True, "id": uuid4().hex, "way": "password",
        "began_at": now, "proved_at": now, "seen_at": now,
    }  # fmt: skip


class Stage:
    """The application on a copy of the world that can be had again in a moment, with tokens against forgery on."""

    def __init__(self, app, database, world: World) -> None:
        self.app, self.database, self.world = app, database, world
        self.kept = f"{database.name}_world"
        db.session.remove()
        db.engine.dispose()
        self._copy(database.name, self.kept)
        self.token = uuid4().hex
        signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
        self.signed_token = signer.dumps(self.token)
        serializer = app.session_interface.get_signing_serializer(app)
        self.cookies = {
            name: serializer.dumps({"csrf_token": self.token, **one.session})
            for name, one in world.callers.items()
        }
        self.unproved = {
            name: serializer.dumps({"csrf_token": self.token, **one.session, "proved_at": 0})
            for name, one in world.callers.items()
        }
        self.restore()
        self.before = self.digest()

    def _copy(self, source: str, target: str) -> None:
        if self.database.kind == "postgresql":
            self.database.run(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
            self.database.run(f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY file_copy")
            return
        folder = self.database.folder
        if (folder / f"{source}.db-wal").exists():
            with closing(sqlite3.connect(folder / f"{source}.db")) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for suffix in ("-wal", "-shm"):
            (folder / f"{target}.db{suffix}").unlink(missing_ok=True)
        shutil.copyfile(folder / f"{source}.db", folder / f"{target}.db")

    def restore(self) -> None:
        """Go back to the world as it was made."""
        db.session.remove()
        db.engine.dispose()
        self._copy(self.kept, self.database.name)
        forget_cached()

    def digest(self) -> dict[str, object]:
        """Return what tells whether any row of any table is another one."""
        tables = db.metadata.tables
        with db.engine.connect() as connection:
            if self.database.kind == "sqlite":
                rows = {table: connection.execute(tables[table].select()) for table in tables}
                return {
                    table: hash(tuple(sorted(map(repr, found)))) for table, found in rows.items()
                }
            parts = " UNION ALL ".join(HASH_OF_TABLE.format(table=table) for table in tables)
            return dict(connection.execute(text(parts)).all())

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """Collect the tables that what runs inside has changed, and put everything back."""
        changed: list[str] = []
        mark = self._mark()
        yield changed
        if self._mark() != mark:
            after = self.digest()
            changed += [table for table, value in after.items() if value != self.before[table]]
            if changed:
                self.restore()

    @contextmanager
    def watched_until_compared(self) -> Iterator[Callable[[], bool]]:
        """Let what runs inside ask whether anything may have been written, and put everything back at the end."""
        mark = self._mark()
        yield lambda: self._mark() != mark
        if self._mark() != mark:
            self.restore()

    def _mark(self) -> object:
        """Return what is the same as long as nobody has written anything; a cheap first look."""
        with db.engine.connect() as connection:
            if self.database.kind == "postgresql":
                newest = text("SELECT pg_snapshot_xmax(pg_current_snapshot())")
                return connection.execute(newest).scalar()
        wal = self.database.folder / f"{self.database.name}.db-wal"
        return wal.stat().st_size if wal.exists() else 0

    def call(self, name: str, method: str, url: str, *, data=None, has_token=True, is_proved=True):
        """Send one request as one caller, with the cookies of somebody who has just signed in."""
        limiter.reset()
        client = self.app.test_client()
        cookies = self.cookies if is_proved else self.unproved
        client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], cookies[name])
        headers = {"X-CSRFToken": self.signed_token} if has_token else {}
        response = client.open(url, method=method, data=data, headers=headers)
        response.get_data()
        response.close()
        return response


@contextmanager
def stage_on(app, database, values) -> Iterator[Stage]:
    """Build the world on a fresh database; leave nothing open for the tests that come after."""
    with app.app_context():
        database.renew(db.engine)
        made = Stage(app, database, build(values))
        app.config["WTF_CSRF_ENABLED"] = True
        try:
            yield made
        finally:
            app.config["WTF_CSRF_ENABLED"] = False
            db.session.remove()
            database.renew(db.engine)
            forget_cached()
