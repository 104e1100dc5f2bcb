import pytest

from lms.lib import status_lists


def listed(*places):
    return {"credentialSubject": {"encodedList": status_lists.encoded(places)}}


class TestStatusList:
    def test_has_the_bits_that_were_set_and_no_other(self):
        places = {0, 1, 7, 8, 94_567, status_lists.LENGTH - 1}
        credential = listed(*places)

        found = {
            place
            for place in range(0, status_lists.LENGTH, 1)
            if place % 997 == 0 or place in places or place - 1 in places
            if status_lists.is_set(credential, place)
        }

        assert found == places

    def test_reads_the_empty_list_of_the_specification(self):
        published = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"

        assert not status_lists.is_set({"credentialSubject": {"encodedList": published}}, 131_071)

    @pytest.mark.parametrize("index", [-1, status_lists.LENGTH])
    def test_says_nothing_about_other_places(self, index):
        with pytest.raises(status_lists.ListUnreadable):
            status_lists.is_set(listed(3), index)

    @pytest.mark.parametrize(
        "credential",
        [
            {},
            {"credentialSubject": "x"},
            {"credentialSubject": {"encodedList": 7}},
            {"credentialSubject": {"encodedList": ""}},
            {"credentialSubject": {"encodedList": "zAAAA"}},
            {"credentialSubject": {"encodedList": "uAAAA"}},
        ],
    )
    def test_refuses_what_is_none(self, credential):
        with pytest.raises(status_lists.ListUnreadable):
            status_lists.is_set(credential, 0)

    def test_goes_on_in_another_list(self):
        assert status_lists.place_of(131_071) == (0, 131_071)
        assert status_lists.place_of(131_072) == (1, 0)
