"""The parameters of a public list: what is understood applies, the rest is said, nothing breaks."""

import pytest
from django.http import QueryDict
from django.utils import translation

from promo_portal.core.list_query import ListQuery
from promo_portal.core.listing import KnownCount, ListPage, page_within


def read(query: str) -> tuple[dict[str, object], list[str], ListQuery]:
    asked = ListQuery(QueryDict(query), "/fr/entreprises/")
    with translation.override("en"):
        found: dict[str, object] = {
            "q": asked.take_text(),
            "municipality": asked.take_numbers("municipality", 1, 9999),
            "kind": asked.take_choices("kind", {"company", "school"}),
            "sort": asked.take_choice("sort", ["relevance", "name"], "relevance"),
            "page": asked.take_page(),
        }
        asked.finish()
    return found, asked.hints, asked


NOTHING = {"q": "", "municipality": [], "kind": [], "sort": "relevance", "page": 1}


@pytest.mark.parametrize(
    ("query", "understood", "hints"),
    [
        ("", {}, 0),
        ("q=&municipality=&kind=&page=", {}, 0),
        ("q=+d%C3%A9colletage++acier+", {"q": "décolletage acier"}, 0),
        ("municipality=446&municipality=371&municipality=446", {"municipality": [446, 371]}, 0),
        (
            "municipality=446&municipality=zz&municipality=-3&municipality=99999999999999999999",
            {"municipality": [446]},
            3,
        ),
        ("kind=company&kind=castle", {"kind": ["company"]}, 1),
        ("sort=price", {}, 1),
        ("page=abc", {}, 1),
        ("page=-1", {}, 1),
        ("page=0", {}, 1),
        ("page=99999999999999999999", {}, 1),
        ("page=7", {"page": 7}, 0),
        ("zzz=1&=x&%00=1&&=", {}, 1),
        ("utm_source=mail&_=17", {}, 0),
        ("q=%00a%00b%E2%80%AE", {"q": "a b"}, 0),
        ("q=" + "x" * 3000, {"q": "x" * 200}, 1),
        ("municipality=%00%F0%9F%9A%B2", {}, 1),
    ],
)
def test_what_is_understood_applies_and_the_rest_is_said(query: str, understood: dict[str, object], hints: int) -> None:
    found, said, _asked = read(query)

    assert found == NOTHING | understood
    assert len(said) == hints


def test_hints_are_few_and_show_nothing_that_could_mislead() -> None:
    _found, said, _asked = read("&".join(f"municipality=x{n}" for n in range(40)) + "&kind=%E2%80%AE%3Cb%3E")

    assert len(said) == 5
    assert all("\u202e" not in one for one in said)


def test_addresses_of_chips_and_pages_hold_what_was_understood_and_nothing_else() -> None:
    _found, _said, asked = read("q=acier&municipality=446&municipality=371&kind=castle&page=3&zzz=1")

    assert asked.url() == "/fr/entreprises/?q=acier&municipality=446&municipality=371"
    assert asked.url(less=("municipality", 446)) == "/fr/entreprises/?q=acier&municipality=371"
    assert asked.url(but=["municipality", "q"]) == "/fr/entreprises/"
    assert asked.url(more=[("kind", "school")]).endswith("&kind=school")


def test_a_page_beyond_the_end_is_the_last_one_and_numbers_need_no_rows() -> None:
    assert page_within(99, 51) == 3
    assert page_within(4, 0) == 1
    assert list(KnownCount(970_089).get_elided_page_range(500, on_each_side=1, on_ends=1))[-1] == 38_804
    assert ListPage([], 3, 51).has_next is False
