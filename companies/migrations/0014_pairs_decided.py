from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The last answers stand below the questions; outside a transaction, so that nobody who writes has to wait."""

    atomic = False

    dependencies = [
        ('companies', '0013_pictures_proposed_by_companies'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='duplicatepair',
            index=models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['-decided_at', '-id'], name='duplicatepair_decided'),
        ),
    ]
