from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Outside a transaction, so that nobody who writes has to wait while the index is built."""

    atomic = False

    dependencies = [
        ('companies', '0009_searches_and_files'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(condition=models.Q(('uid', ''), _negated=True), fields=['uid'], name='organisation_by_uid'),
        ),
    ]
