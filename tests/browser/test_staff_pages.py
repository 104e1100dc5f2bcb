"""Every page that staff see of a cohort, a programme and an account: accessible, and never wider than a phone."""

from __future__ import annotations

import pytest

from tests.browser.accessibility import check
from tests.browser.screens import known
from tests.browser.site import sign_in

KZ, KG = "/delegations/kz/{kz}", "/delegations/kg/{kg}"
PROGRAMME = "/programmes/demo-digital-government"
PAGES = (
    ("coordinator", KZ),
    ("coordinator", f"{KZ}/people?status=behind&sort=progress"),
    ("coordinator", f"{KZ}/people/{{learner_id}}"),
    ("coordinator", f"{KZ}/people/{{learner_id}}/account"),
    ("coordinator", f"{KZ}/people/{{learner_id}}/move"),
    ("coordinator", f"{KZ}/people/{{learner_id}}/version/digital-id"),
    ("coordinator", f"{KZ}/people/{{learner_id}}/withdraw"),
    ("coordinator", f"{KZ}/import"),
    ("coordinator", f"{KZ}/import/{{import_id}}"),
    ("coordinator", f"{KZ}/import/{{import_id}}/rows/3"),
    ("coordinator", f"{KZ}/reminders"),
    ("coordinator", f"{KZ}/reminders/new?rule=away"),
    ("coordinator", f"{KZ}/roles"),
    ("coordinator", f"{KZ}/settings"),
    ("coordinator", f"{KZ}/times"),
    ("coordinator", f"{KZ}/due-dates?days=7"),
    ("coordinator", "/delegations/kz/new"),
    ("coordinator", "/delegations/hand-over"),
    ("focal", f"{KG}/nominations?tab=waiting"),
    ("focal", f"{KG}/nominations/new"),
    ("focal", f"{KG}/nominations/{{nomination_id}}"),
    ("focal", f"{KG}/invite"),
    ("partner", "/delegations"),
    ("partner", "/programmes"),
    ("partner", PROGRAMME),
    ("partner", f"{PROGRAMME}/edit"),
    ("partner", f"{PROGRAMME}/nominations"),
    ("partner", f"{PROGRAMME}/partners"),
    ("partner", f"{PROGRAMME}/intakes/new"),
    ("partner", f"{PROGRAMME}/intakes/{{intake_id}}"),
    ("partner", f"{PROGRAMME}/cohorts/new"),
    ("auditor", "/delegations/compare?split=gender"),
    ("admin", "/admin/users"),
    ("admin", "/admin/users/new"),
    ("admin", "/admin/users/{learner_id}"),
    ("admin", "/admin/users/{learner_id}/access"),
    ("admin", "/admin/users/{learner_id}/merge"),
    ("admin", "/admin/users/{learner_id}/merge?into={other_learner_id}"),
    ("admin", "/admin/audit"),
    ("admin", "/admin/bounces"),
    ("admin", "/admin/countries"),
    ("admin", "/admin/roles"),
    ("admin", "/admin/roles/permissions"),
    ("admin", "/approvals"),
    ("admin", f"{PROGRAMME}/signatories"),
    ("admin", f"{PROGRAMME}/signatories/new"),
    ("admin", "/certificates/preview?programme=demo-digital-government&layout=thanks"),
    ("admin", "/institutions"),
    ("admin", "/institutions/new"),
    ("admin", "/institutions/{body_id}"),
    ("admin", "/institutions/1/merge?into=2"),
    ("learner", "/account"),
    ("learner", "/account/second-factor"),
    ("learner", "/account/data"),
    ("learner", "/account/close"),
    ("learner", "/account/erase"),
    ("learner", "/account/activity"),
    ("learner", "/account/calendar"),
    ("learner", "/account/notices"),
    ("learner", "/account/notifications"),
    ("learner", "/account/work"),
    ("learner", "/learn/join"),
)


@pytest.mark.parametrize("account", dict(PAGES))
class TestStaffPages:
    def test_are_accessible_and_fit_a_phone(self, browser, site, account):
        facts = known(site.data_dir)
        context = browser.new_context(
            base_url=site.url, viewport={"width": 390, "height": 844}, reduced_motion="reduce"
        )
        page = context.new_page()
        sign_in(page, account)

        for path in (path.format(**facts) for role, path in PAGES if role == account):
            answer = page.goto(path)

            assert answer.status == 200, path
            assert page.locator("h1").count() == 1, path
            check(page, path, shorten=True)
        context.close()
