from django.db import migrations, models


class Migration(migrations.Migration):
    """A session and a circular decision may share a day. Outside a transaction, so that nobody who writes has to wait.

    The new rule refuses less than the old one, so no row can stand against it.
    """

    atomic = False

    dependencies = [("coaching", "0011_consents_and_conditions")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="commissionsession", name="commissionsession_day_once"),
                migrations.AddConstraint(
                    model_name="commissionsession",
                    constraint=models.UniqueConstraint(
                        name="commissionsession_day_once_a_kind",
                        fields=["association", "kind", "held_on"],
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        violation_error_message="There is a session, or a circular decision, with this day already.",
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS commissionsession_day_once_a_kind"
                    " ON coaching_commissionsession (association_id, kind, held_on) WHERE NOT (state = 'cancelled')",
                    "DROP INDEX CONCURRENTLY IF EXISTS commissionsession_day_once_a_kind",
                ),
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS commissionsession_day_once",
                    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS commissionsession_day_once"
                    " ON coaching_commissionsession (association_id, held_on) WHERE NOT (state = 'cancelled')",
                ),
            ],
        )
    ]
