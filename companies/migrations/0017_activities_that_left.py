from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An entry's history tells of activities it has no longer; outside a transaction, so that nobody has to wait."""

    atomic = False

    dependencies = [
        ('companies', '0016_search_owed_by_imports'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='organisationactivityhistory',
            index=models.Index(condition=models.Q(('pgh_label', 'insert'), _negated=True), fields=['organisation'], name='organisationactivity_left'),
        ),
    ]
