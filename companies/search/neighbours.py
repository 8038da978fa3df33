"""Others of the same activity nearby: where a visitor may look next."""

from django.db import connection

from companies.models import Organisation
from companies.search.conditions import all_of, any_of
from companies.search.expansion import PLANS

MOST = 5
_NEAR = """
SELECT organisation_id FROM (
    SELECT d.organisation_id, abs(d.map_x - me.map_x) + abs(d.map_y - me.map_y) AS distance
      FROM companies_search_document AS me, companies_search_document AS d
     WHERE me.organisation_id = %s AND d.tokens @@ %s::tsquery AND d.organisation_id <> me.organisation_id
     LIMIT 2000
) AS near ORDER BY distance NULLS LAST, organisation_id LIMIT %s
"""


def neighbours(entry: Organisation, code: str) -> list[Organisation]:
    """The nearest entries of the same activity (its group where the class has none), at most five."""
    if not code:
        return []
    query = all_of([any_of([f"n:{code}"])])
    with connection.cursor() as cursor:
        cursor.execute(f"{PLANS} {_NEAR}", [entry.pk, query, MOST])
        ids = [row[0] for row in cursor.fetchall()]
    found = Organisation.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
