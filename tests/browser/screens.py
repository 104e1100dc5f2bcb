"""Photographs every screen on a phone and a desktop, light and dark, into screens/ (which git ignores).

script/screens [part of a name ...]
"""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from lms.config import ROOT
from tests.browser.answers import answer
from tests.browser.site import CHROMIUM, CHROMIUM_ARGUMENTS, Site, running_site, sign_in

FOLDER = ROOT / "screens"
SIZES = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}
PEOPLE = {
    "anyone": {
        "landing": "/en/",
        "landing-ru": "/ru/",
        "catalogue": "/en/courses",
        "course-public": "/en/courses/digital-id",
        "sign-in": "/sign-in",
        "check-email": "/sign-in/check-email",
        "language": "/language",
        "help": "/help",
        "accessibility": "/accessibility",
        "privacy": "/privacy",
        "status": "/status",
        "verify": "/en/verify",
        "verify-valid": "/v/{valid}",
        "verify-revoked": "/v/{revoked}",
        "verify-replaced": "/v/{replaced}",
        "verify-offline": "/verify-offline.html",
        "public-register": "/register",
        "terms-of-credentials": "/ns",
        "verify-unknown": "/v/KZ-2026-7Q3M-W8KD-R4TN-9HXC",
        "not-found": "/nowhere",
        "invitation-unknown": "/invite/none",
    },
    "learner": {
        "my-learning": "/learn",
        "course": "/learn/{kz}/digital-id",
        "progress": "/learn/{kz}/digital-id/progress",
        "step": "/learn/{kz}/digital-id/who-says-so/number-and-card",
        "step-case": "/learn/{kz}/digital-id/when-it-stops/the-fire-in-daejeon",
        "step-table": "/learn/{kz}/digital-id/your-country/seven-systems",
        "reflection": "/learn/{kz}/digital-id/who-says-so/your-number",
        "quiz-start": "/learn/{kz}/digital-id/when-it-leaked/check/start",
        "certificate-not-yet": "/learn/{kz}/digital-id/certificate",
        "certificates-mine": "/certificates/mine",
        "certificate-mine": "/certificates/mine/{valid}",
        "account": "/account",
        "name": "/account/name",
        "name-change": "/account/name/change",
        "time-zone": "/account/time-zone",
        "work": "/account/work",
        "my-learning-ru": "/learn?lang=ru",
        "course-ru": "/learn/{kz}/digital-id?lang=ru",
        "forbidden": "/admin/users",
    },
    "coordinator": {
        "dashboard": "/delegations/kz/{kz}?lang=en",
        "delegation-people": "/delegations/kz/{kz}/people?lang=en&sort=progress",
        "person": "/delegations/kz/{kz}/people/{learner_id}?lang=en",
        "import-upload": "/delegations/kz/{kz}/import?lang=en",
        "import-check": "/delegations/kz/{kz}/import/{import_id}?lang=en",
        "import-row": "/delegations/kz/{kz}/import/{import_id}/rows/3?lang=en",
        "programmes": "/programmes?lang=en",
        "programme": "/programmes/demo-digital-government?lang=en",
        "cohort-new": "/delegations/kz/new?lang=en",
        "cohort-settings": "/delegations/kz/{kz}/settings?lang=en",
        "due-dates": "/delegations/kz/{kz}/due-dates?lang=en",
        "due-dates-preview": "/delegations/kz/{kz}/due-dates?lang=en&days=7",
        "person-withdraw": "/delegations/kz/{kz}/people/{learner_id}/withdraw?lang=en",
        "person-move": "/delegations/kz/{kz}/people/{learner_id}/move?lang=en",
        "person-version": "/delegations/kz/{kz}/people/{learner_id}/version/digital-id?lang=en",
        "delegation-times": "/delegations/kz/{kz}/times?lang=en",
    },
    "focal": {
        "nominations-list": "/delegations/kg/{kg}/nominations?tab=waiting",
        "nominate": "/delegations/kg/{kg}/nominations/new",
        "nomination": "/delegations/kg/{kg}/nominations/2",
        "invite-people": "/delegations/kg/{kg}/invite",
    },
    "partner": {
        "programme-nominations": "/programmes/demo-digital-government/nominations",
        "join-cohort": "/learn/join",
    },
    "instructor": {
        "teach": "/teach",
        "teach-outline": "/teach/digital-id/outline",
        "teach-preview": "/teach/digital-id/preview/mobile-id/showing-less",
        "teach-questions": "/teach/digital-id/questions/who-says-so/check",
        "teach-analysis": "/teach/digital-id/analysis/who-says-so/check",
        "teach-attempts": "/teach/digital-id/attempts/who-says-so/check",
        "teach-gain": "/teach/digital-id/gain/who-says-so/before",
        "teach-regrade": "/teach/digital-id/regrade/who-says-so/ws-three-gates",
        "teach-times": "/teach/digital-id/times/who-says-so/check",
        "teach-extra-time": "/teach/digital-id/extra-time",
    },
    "officer": {
        "eligible": "/certificates/eligible",
        "not-yet": "/certificates/eligible?tab=not-yet",
        "register": "/certificates",
        "certificate-one": "/certificates/{valid}",
        "certificate-revoked": "/certificates/{revoked}",
        "register-found": "/certificates?standing=revoked&search=a",
        "batches": "/certificates/batches",
        "name-changes": "/certificates/name-changes",
        "name-change-decide": "/certificates/name-changes/{name_change_id}",
        "preview-certificates": "/certificates/preview?programme=demo-digital-government&layout=thanks",
        "kept-passes": "/certificates/kept-passes",
    },
    "auditor": {
        "compare": "/delegations/compare",
        "compare-split": "/delegations/compare?split=gender",
    },
    "admin": {
        "people": "/admin/users",
        "new-person": "/admin/users/new",
        "person-roles": "/admin/users/{learner_id}",
        "merge-candidates": "/admin/users/{learner_id}/merge",
        "merge-people": "/admin/users/{learner_id}/merge?into={other_learner_id}",
        "bodies": "/institutions?country=KZ",
        "bodies-found": "/institutions?search=service",
        "body": "/institutions/{body_id}",
        "body-new": "/institutions/new",
        "body-merge": "/institutions/1/merge?into=2",
        "audit": "/admin/audit",
    },
}


def known(data_dir: Path) -> dict[str, object]:
    """Look up what the addresses of the demo data need."""
    with sqlite3.connect(data_dir / "serai.db") as database:
        one = lambda query: database.execute(query).fetchone()[0]  # noqa: E731
        return {
            "valid": one(
                "SELECT number FROM certificates WHERE revoked_at IS NULL AND country_code = 'KZ'"
            ),
            "revoked": one("SELECT number FROM certificates WHERE revoked_at IS NOT NULL"),
            "replaced": one("SELECT number FROM certificates WHERE replaced_at IS NOT NULL"),
            "name_change_id": one("SELECT min(id) FROM name_changes"),
            "kz": one("SELECT slug FROM cohorts WHERE country_code = 'KZ'"),
            "kg": one("SELECT slug FROM cohorts WHERE country_code = 'KG'"),
            "other_learner_id": one(
                "SELECT max(id) FROM people WHERE country_code = 'KZ' AND email <> 'learner@demo.example'"
            ),
            "body_id": one("SELECT min(id) FROM institutions WHERE country_code = 'KZ'"),
            "import_id": one("SELECT id FROM imports"),
            "intake_id": one("SELECT min(id) FROM intakes"),
            "nomination_id": one("SELECT min(id) FROM nominations WHERE approved_at IS NULL"),
            "learner_id": one("SELECT id FROM people WHERE email = 'learner@demo.example'"),
        }


class Camera:
    def __init__(self, wanted: list[str]) -> None:
        self.wanted = wanted

    def take(self, page: Page, name: str, size: str, colours: str) -> None:
        if not self.wanted or any(part in name for part in self.wanted):
            page.screenshot(path=FOLDER / f"{name}-{size}-{colours}.png", full_page=True)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    camera = Camera(sys.argv[1:])
    with (
        tempfile.TemporaryDirectory() as folder,
        running_site(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        for size in SIZES:
            for colours in ("light", "dark"):
                walk(browser, site, camera, size, colours)
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")  # noqa: T201 - it is a script


def walk(browser: Browser, site: Site, camera: Camera, size: str, colours: str) -> None:
    facts = known(site.data_dir)
    for account, screens in PEOPLE.items():
        context = browser.new_context(
            base_url=site.url,
            viewport=SIZES[size],
            color_scheme=colours,
            locale="en-GB",
            reduced_motion="reduce",
        )
        page = context.new_page()
        if account != "anyone":
            sign_in(page, account)
        for name, path in screens.items():
            page.goto(path.format(**facts))
            camera.take(page, name, size, colours)
        if account == "learner":
            quiz(
                page,
                camera,
                f"/learn/{facts['kz']}/digital-id/mobile-id/check/start",
                size,
                colours,
            )
        context.close()


def press(page: Page, button: str) -> None:
    """Press a button and wait for the page it leads to: the script sends the answer before the form goes."""
    with page.expect_navigation():
        page.locator(button).first.click()


def quiz(page: Page, camera: Camera, start: str, size: str, colours: str) -> None:
    """Take a quiz badly, so that every one of its pages is seen."""
    page.goto(start)
    press(page, "main .btn:not(.q)")
    camera.take(page, "question-empty", size, colours)
    press(page, "button[name=then]:not(.q)")
    camera.take(page, "question-error", size, colours)
    for turn in range(6):
        page.goto(re.sub(r"/\d+$", f"/{turn + 1}", page.url))
        answer(page, rightly=turn % 2 == 1)
        page.wait_for_timeout(400)
        camera.take(page, f"question-{turn}", size, colours)
        press(page, "button[name=then]:not(.q)")
    camera.take(page, "review", size, colours)
    press(page, "form[action$='/submit'] button, form[method=post] button.btn:not(.q)")
    camera.take(page, "result", size, colours)


if __name__ == "__main__":
    main()
