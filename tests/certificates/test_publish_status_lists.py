"""The signed lists of what is revoked and what is suspended."""

import json
from datetime import UTC, datetime

import pytest

from lms.certificates.jobs import sign_status_lists
from lms.certificates.models import StatusList
from lms.extensions import db
from lms.jobs.services import run_due
from lms.lib import credentials, status_lists
from tests.certificates.conftest import revoke
from tests.certificates.published import credential_key


def signed_lists(client):
    sign_status_lists()
    db.session.commit()
    return {purpose: client.get(f"/status/{purpose}/0") for purpose in status_lists.PURPOSES}


def states(lists, certificate):
    return {
        purpose: status_lists.is_set(json.loads(answer.data), certificate.id)
        for purpose, answer in lists.items()
    }


class TestPublishStatusLists:
    @pytest.mark.parametrize(
        ("change", "revoked", "suspended"),
        [
            ({}, False, False),
            ({"revoked_at": datetime.now(UTC), "revocation_reason": "rules_broken"}, True, False),
            ({"suspended_at": datetime.now(UTC)}, False, True),
        ],
    )
    def test_says_of_each_certificate_what_it_is(self, holder, client, change, revoked, suspended):
        certificate = holder.certificate
        for name, value in change.items():
            setattr(certificate, name, value)
        db.session.commit()

        lists = signed_lists(client)

        assert states(lists, certificate) == {"revocation": revoked, "suspension": suspended}
        for purpose, answer in lists.items():
            credentials.check(json.loads(answer.data), credential_key())
            assert credentials.is_current(json.loads(answer.data), datetime.now(UTC))
            assert json.loads(answer.data)["id"].endswith(f"/status/{purpose}/0")
            subject = json.loads(answer.data)["credentialSubject"]
            assert subject["statusPurpose"] == purpose
            assert not status_lists.is_set(json.loads(answer.data), certificate.id + 1)

    def test_is_signed_anew_when_a_certificate_is_revoked(self, holder, client):
        before = signed_lists(client)

        revoke(holder.certificate.number, {"reason": "rules_broken", "note": "As decided."})
        run_due()

        certificate = holder.certificate
        after = {one: client.get(f"/status/{one}/0") for one in status_lists.PURPOSES}
        assert not any(states(before, certificate).values())
        assert states(after, certificate) == {"revocation": True, "suspension": False}
        assert db.session.query(StatusList).count() == 4  # these two, and the next two

    def test_may_be_kept_by_others_and_needs_no_cookie(self, holder, client):
        answer = signed_lists(client)["revocation"]

        assert answer.mimetype == "application/vc"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
        again = client.get(
            "/status/revocation/0", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304

    @pytest.mark.parametrize("path", ["revocation/0", "revocation/99", "other/0", "revocation/-1"])
    def test_is_not_found_where_there_is_none(self, app, client, path):
        assert client.get(f"/status/{path}").status_code == 404
