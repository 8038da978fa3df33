"""A UID is read in any customary spelling, and only with the right check digit."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from companies.uid import UidField, WrongUid, display_uid, looks_like_uid, parse_uid
from tests.companies.factories import uid_number


@pytest.mark.parametrize(
    "text",
    [
        "CHE-116.281.271",
        "CHE116281271",
        "che-116.281.271",
        "CHE 116 281 271",
        "CHE-116.281.271 MWST",
        "CHE-116.281.271 TVA",
        "CHE-116.281.271 IVA",
        "CHE116281271MWST",
        "CHE-116.281.271 HR/MWST",
        "CH 116.281.271",
        "116.281.271",
        "116281271",
        "  CHE-116.281.271\u00a0",
        "CHE\u2011116.281.271",
    ],
)
def test_a_uid_is_read_in_any_customary_spelling(text: str) -> None:
    assert parse_uid(text) == "116281271"
    assert display_uid(parse_uid(text)) == "CHE-116.281.271"
    assert looks_like_uid(text) == "116281271"


@pytest.mark.parametrize("text", ["", "   ", "-", "..."])
def test_nothing_is_no_uid(text: str) -> None:
    assert parse_uid(text) == ""


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("CHE-116.281.272", "check digit"),
        ("CHE-000.000.000", "check digit"),
        ("CHE-116.281.27", "nine digits"),
        ("CHE-116.281.2711", "nine digits"),
        ("FR-116.281.271", "CHE"),
        ("=cmd()", "CHE"),
        ("CHE", "CHE"),
        ("9" * 100_000, "nine digits"),
        ("a\x00b", "CHE"),
    ],
)
def test_what_is_no_uid_is_refused_with_a_sentence(text: str, hint: str) -> None:
    with translation.override("en"), pytest.raises(WrongUid, match=hint):
        parse_uid(text)

    assert looks_like_uid(text) == ""


@given(st.text(max_size=80))
def test_whatever_is_typed_gives_nine_digits_nothing_or_a_refusal(text: str) -> None:
    try:
        found = parse_uid(text)
    except WrongUid:
        return

    assert found == "" or (len(found) == 9 and found.isascii() and found.isdecimal())


def test_one_wrong_digit_is_always_noticed() -> None:
    right = uid_number(7)

    for place in range(9):
        for digit in "0123456789":
            if digit != right[place]:
                with pytest.raises(WrongUid):
                    parse_uid(right[:place] + digit + right[place + 1 :])


def test_a_form_keeps_nine_digits_and_shows_the_printed_form() -> None:
    field = UidField(required=False)

    assert field.clean("CHE-116.281.271 TVA") == "116281271"
    assert field.prepare_value("116281271") == "CHE-116.281.271"
