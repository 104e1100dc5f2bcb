"""What we sign, checked by the libraries of Digital Bazaar: another hand, another language, no network."""

import json
import shutil
import subprocess
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lms.certificates.jobs import sign_status_lists
from lms.extensions import db
from lms.lib import credentials, status_lists
from tests.certificates.conftest import end_on
from tests.certificates.published import written

FOLDER = Path(__file__).parent / "vc"
NODE = shutil.which("node")


def answers_to(did, cases):
    """Ask the other implementation about credentials: each with lists of status, at a moment."""
    urls = (credentials.VERIFIABLE_CREDENTIALS, credentials.OPEN_BADGES)
    asked = {
        "contexts": {url: credentials.installed_context(url) for url in urls},
        "did": did,
        "cases": [dict(zip(("credential", "lists", "now"), case, strict=True)) for case in cases],
    }
    done = subprocess.run(
        [str(NODE), "check.mjs"],
        cwd=FOLDER,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def signed_lists(client):
    sign_status_lists()
    db.session.commit()
    return [json.loads(client.get(f"/status/{one}/0").data) for one in status_lists.PURPOSES]


@pytest.mark.skipif(
    NODE is None or not (FOLDER / "node_modules").is_dir(),
    reason="Node or what is in tests/certificates/vc/package.json is not here: script/setup --dev",
)
class TestSecondImplementation:
    def test_agrees_on_what_is_valid_suspended_expired_and_forged(self, holder, client):
        certificate = holder.certificate
        end_on(certificate, date(2099, 12, 31))
        title = 'Құқық "]]>" <b>\u202e\tx \U0001f600 é'
        certificate.facts = {**certificate.facts, "course_title": title}
        true = json.loads(written(certificate))
        lists = signed_lists(client)
        certificate.suspended_at = datetime.now(UTC)
        later_lists = signed_lists(client)
        now = datetime.now(UTC).isoformat()
        forged = [deepcopy(true) for _forgery in "12345"]
        forged[0]["certificate"]["facts"]["name_latin"] = "Somebody Else"
        forged[1]["certificate"]["facts"]["hours"] = 400
        forged[2]["credentialSubject"]["identifier"][0]["identityHash"] = "Somebody Else"
        forged[3]["validUntil"] = "2199-12-31T18:59:59Z"
        forged[4]["undefined"] = "x"
        forged_list = deepcopy(later_lists)
        encoded = lists[1]["credentialSubject"]["encodedList"]
        forged_list[1]["credentialSubject"]["encodedList"] = encoded

        valid, suspended, expired, unsuspended, *forgeries = answers_to(
            client.get("/.well-known/did.json").json,
            [
                (true, lists, now),
                (true, later_lists, now),
                (true, lists, "2100-01-02T00:00:00Z"),
                (true, forged_list, now),
                *((one, lists, now) for one in forged),
            ],
        )

        assert valid == "verified"
        assert suspended == "suspension"
        assert "validUntil" in expired
        assert "not verified" in unsuspended
        assert len(forgeries) == 5
        assert all("Verification error" in one for one in forgeries)
