from __future__ import annotations

from tests.factories import make_cohort, make_institution, make_staff

HUGE = 10**20


class TestOddNumbers:
    def test_mean_nothing_that_is_there(self, client_of):
        cohort = make_cohort("KZ")
        programme = f"/programmes/{cohort.programme.slug}"
        partner = client_of(make_staff("coordinator", "programme", cohort.programme.slug))
        coordinator = client_of(make_staff("coordinator", "country", "KZ"))
        body = make_institution("Ministry of Justice")
        dates = {"starts_on": "2026-01-01", "ends_on": "2026-02-01"}
        cohort_facts = {"title": "Kazakhstan", "time_zone": "Asia/Almaty", **dates}

        answers = [
            partner.post(f"{programme}/nominations", data={"nomination": HUGE, "then": "approve"}),
            partner.post(f"{programme}/partners", data={"institution_id": HUGE, "role": "funder"}),
            partner.post(
                f"{programme}/edit",
                data={"row_version": HUGE, "title": "Visits", "signatory_role": "Director"},
            ),
            coordinator.post(
                f"/delegations/kz/{cohort.slug}/settings",
                data={"row_version": HUGE, "certificate_language": "kk", **cohort_facts},
            ),
            coordinator.get(f"/institutions/{body.id}/merge?into={HUGE}"),
        ]

        assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 200]
