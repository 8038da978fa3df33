"""Many counts with one question."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from promo_portal.core.counting import count_together
from promo_portal.regions.models import Association

pytestmark = pytest.mark.django_db


def test_all_counts_come_with_one_query(cep: Association, seeland: Association) -> None:
    rows = Association.objects.order_by("code")

    with CaptureQueriesContext(connection) as queries:
        counts = count_together([rows, 7, rows.filter(code="cep"), None, rows.none(), rows[:1], rows.filter(pk__in=[])])

    assert counts == [rows.count(), 7, 1, None, 0, 1, 0]
    assert len(queries) == 1


def test_nothing_to_count_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert count_together([]) == []
        assert count_together([3, None]) == [3, None]

    assert len(queries) == 0
