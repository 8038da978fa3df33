import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def _indexed(model: str, name: str, field: models.Field) -> migrations.SeparateDatabaseAndState:
    """The index that a foreign key brings, built beside those who write."""
    index, table = f"coaching_{model}_{name}", f"coaching_{model}"
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AlterField(model_name=model, name=name, field=field)],
        database_operations=[
            migrations.RunSQL(
                f'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{index}" ON "{table}" ("{name}_id")',
                f'DROP INDEX CONCURRENTLY IF EXISTS "{index}"',
            )
        ],
    )


class Migration(migrations.Migration):
    """Outside a transaction, so that nobody who writes has to wait while the indexes are built."""

    atomic = False

    dependencies = [
        ('coaching', '0009_forget_names'),
        ('files', '0002_row_level_security'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='casefile',
            index=models.Index(fields=['association', 'state', 'phase', 'lead'], name='casefile_stage'),
        ),
        AddIndexConcurrently(
            model_name='casenote',
            index=models.Index(fields=['case_file', '-written_at'], name='casenote_of_case'),
        ),
        AddIndexConcurrently(
            model_name='casenote',
            index=models.Index(condition=models.Q(('is_shared', True)), fields=['association', 'written_at'], name='casenote_shared'),
        ),
        AddIndexConcurrently(
            model_name='meeting',
            index=models.Index(fields=['association', 'held_on'], name='meeting_of_period'),
        ),
        AddIndexConcurrently(
            model_name='milestone',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['association', 'due_on'], name='milestone_open'),
        ),
        AddIndexConcurrently(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['association', 'due_on'], name='task_open'),
        ),
        _indexed('commissionsessionhistory', 'approved_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='minutes approved by')),
        _indexed('outcomecheck', 'proof_document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coaching.casedocument', verbose_name='document that proves the jobs')),
        _indexed('outcomecheck', 'taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken down by')),
        _indexed('outcomecheckhistory', 'proof_document', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coaching.casedocument', verbose_name='document that proves the jobs')),
        _indexed('outcomecheckhistory', 'taken_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken down by')),
    ]
