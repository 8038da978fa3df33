
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0012_indexes_that_are_used'),
        ('files', '0002_row_level_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisationpicture',
            name='digest',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=64, verbose_name='SHA-256'),
        ),
        migrations.AddField(
            model_name='organisationpicture',
            name='keeper_id',
            field=models.BigIntegerField(blank=True, editable=False, null=True, verbose_name='association of the file'),
        ),
        migrations.CreateModel(
            name='ProposedPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('checking', 'being checked'), ('shown', 'shown'), ('refused', 'refused')], default='checking', max_length=8, verbose_name='state')),
                ('keeper_id', models.BigIntegerField(verbose_name='association of the file')),
                ('key', models.UUIDField(blank=True, editable=False, null=True, unique=True, verbose_name='key')),
                ('width', models.PositiveSmallIntegerField(default=0, verbose_name='width in pixels')),
                ('height', models.PositiveSmallIntegerField(default=0, verbose_name='height in pixels')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='file')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='picture', to='companies.changeproposal', verbose_name='proposed change')),
            ],
            options={
                'verbose_name': 'proposed picture',
                'verbose_name_plural': 'proposed pictures',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('height__gt', 0), ('key__isnull', False), ('state', 'shown'), ('width__gt', 0)), models.Q(models.Q(('state', 'shown'), _negated=True), ('key', None)), _connector='OR'), name='proposedpicture_shown_is_drawn')],
            },
        ),
    ]
