# Plan and messages show to the file's association and founder; made by Django 5.2.19 on 2026-11-27 17:40

import coaching.models.plan
import coaching.models.talk
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.manager
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import promo_portal.core.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from promo_portal.core.rls import EnableRowLevelSecurity

OWN_FILE = "EXISTS (SELECT 1 FROM coaching_casefile AS own_file WHERE own_file.id = case_file_id AND own_file.founder_id = {person})"
CONFIDENTIAL = ("FinancialPlan", "PlanLine", "PlanComment", "CaseMessage")


class Migration(migrations.Migration):

    dependencies = [
        ('coaching', '0006_commission_day'),
        ('regions', '0006_commission_day'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=coaching.models.talk.new_calendar_key, editable=False, max_length=40, unique=True, verbose_name='key')),
                ('made_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='made at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
            ],
            options={
                'verbose_name': 'calendar address',
                'verbose_name_plural': 'calendar addresses',
                'ordering': ['user', '-made_at'],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeedHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('made_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='made at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CaseMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=4000, verbose_name='text')),
                ('written_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='written')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-written_at', '-id'],
                'abstract': False,
                'base_manager_name': 'unscoped',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='CaseMessageHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('text', models.TextField(max_length=4000, verbose_name='text')),
                ('written_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='written')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
            ],
            options={
                'abstract': False,
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='FinancialPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_month', models.DateField(verbose_name='first month')),
                ('vat_method', models.CharField(choices=[('none', 'not liable'), ('effective', 'effective method, every quarter'), ('net', 'net tax rate method, every half-year')], db_default='none', default='none', max_length=9, verbose_name='value added tax')),
                ('net_rate', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=4, verbose_name='net tax rate (%)')),
                ('opening', models.BigIntegerField(default=0, verbose_name='money at hand at the start (centimes)')),
                ('begun_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='begun at')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
            ],
            options={
                'verbose_name': 'financial plan',
                'verbose_name_plural': 'financial plans',
                'ordering': ['case_file', 'id'],
                'abstract': False,
                'base_manager_name': 'unscoped',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='FinancialPlanHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('first_month', models.DateField(verbose_name='first month')),
                ('vat_method', models.CharField(choices=[('none', 'not liable'), ('effective', 'effective method, every quarter'), ('net', 'net tax rate method, every half-year')], db_default='none', default='none', max_length=9, verbose_name='value added tax')),
                ('net_rate', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=4, verbose_name='net tax rate (%)')),
                ('opening', models.BigIntegerField(default=0, verbose_name='money at hand at the start (centimes)')),
                ('begun_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='begun at')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
            ],
            options={
                'abstract': False,
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PlanComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('written_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='written')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
            ],
            options={
                'verbose_name': 'comment on a plan',
                'verbose_name_plural': 'comments on plans',
                'ordering': ['written_at', 'id'],
                'abstract': False,
                'base_manager_name': 'unscoped',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PlanCommentHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('written_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='written')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
            ],
            options={
                'abstract': False,
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PlanLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sales', 'Sales'), ('material', 'Material and goods'), ('staff', 'Staff'), ('cost', 'Other costs'), ('investment', 'Investments'), ('loan', 'Loans'), ('capital', 'Own money paid in'), ('withdrawal', 'Money taken out')], max_length=10, verbose_name='kind')),
                ('label', models.CharField(max_length=80, verbose_name='name')),
                ('amounts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=coaching.models.plan.no_amounts, size=36, verbose_name='amounts by month (centimes)')),
                ('vat_percent', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=4, verbose_name='VAT rate (%)')),
                ('delay_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(6)], verbose_name='paid after (months)')),
                ('percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='per cent')),
                ('span_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(480)], verbose_name='spread over (months)')),
                ('grace_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(36)], verbose_name='months without repayment')),
                ('added_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='added')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
            ],
            options={
                'verbose_name': 'line of a plan',
                'verbose_name_plural': 'lines of plans',
                'ordering': ['plan', 'id'],
                'abstract': False,
                'base_manager_name': 'unscoped',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PlanLineHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('sales', 'Sales'), ('material', 'Material and goods'), ('staff', 'Staff'), ('cost', 'Other costs'), ('investment', 'Investments'), ('loan', 'Loans'), ('capital', 'Own money paid in'), ('withdrawal', 'Money taken out')], max_length=10, verbose_name='kind')),
                ('label', models.CharField(max_length=80, verbose_name='name')),
                ('amounts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=coaching.models.plan.no_amounts, size=36, verbose_name='amounts by month (centimes)')),
                ('vat_percent', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=4, verbose_name='VAT rate (%)')),
                ('delay_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(6)], verbose_name='paid after (months)')),
                ('percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='per cent')),
                ('span_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(480)], verbose_name='spread over (months)')),
                ('grace_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(36)], verbose_name='months without repayment')),
                ('added_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='added')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
            ],
            options={
                'abstract': False,
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('content', models.JSONField(verbose_name='content')),
                ('kept_at', promo_portal.core.fields.MomentField(blank=True, verbose_name='kept at')),
            ],
            options={
                'verbose_name': 'version of a plan',
                'verbose_name_plural': 'versions of plans',
                'ordering': ['plan', '-number'],
                'abstract': False,
                'base_manager_name': 'unscoped',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='task',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='task',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='task',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='task',
            name='wanted',
            field=models.CharField(blank=True, choices=[('business_plan', 'business plan'), ('financial_plan', 'financial plan'), ('liquidity_plan', 'liquidity plan'), ('marketing_plan', 'marketing plan'), ('contract', 'contract or offer'), ('report', 'report'), ('proof', 'proof'), ('other', 'other document')], db_default='', default='', max_length=16, verbose_name='document asked for'),
        ),
        migrations.AddField(
            model_name='taskhistory',
            name='wanted',
            field=models.CharField(blank=True, choices=[('business_plan', 'business plan'), ('financial_plan', 'financial plan'), ('liquidity_plan', 'liquidity plan'), ('marketing_plan', 'marketing plan'), ('contract', 'contract or offer'), ('report', 'report'), ('proof', 'proof'), ('other', 'other document')], db_default='', default='', max_length=16, verbose_name='document asked for'),
        ),
        migrations.AlterField(
            model_name='casedocument',
            name='kind',
            field=models.CharField(choices=[('business_plan', 'business plan'), ('financial_plan', 'financial plan'), ('liquidity_plan', 'liquidity plan'), ('marketing_plan', 'marketing plan'), ('contract', 'contract or offer'), ('report', 'report'), ('proof', 'proof'), ('other', 'other document')], default='other', max_length=16, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='casedocumenthistory',
            name='kind',
            field=models.CharField(choices=[('business_plan', 'business plan'), ('financial_plan', 'financial plan'), ('liquidity_plan', 'liquidity plan'), ('marketing_plan', 'marketing plan'), ('contract', 'contract or offer'), ('report', 'report'), ('proof', 'proof'), ('other', 'other document')], default='other', max_length=16, verbose_name='kind'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='task',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_taskhistory" ("assignee_id", "association_id", "case_file_id", "created_at", "detail", "done_at", "due_on", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "title", "version", "wanted") VALUES (NEW."assignee_id", NEW."association_id", NEW."case_file_id", NEW."created_at", NEW."detail", NEW."done_at", NEW."due_on", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."state", NEW."title", NEW."version", NEW."wanted"); RETURN NULL;', hash='e4e7c29ceb4d1a2859380e2033bea8d69e52440d', operation='INSERT', pgid='pgtrigger_insert_insert_b3aa7', table='coaching_task', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='task',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coaching_taskhistory" ("assignee_id", "association_id", "case_file_id", "created_at", "detail", "done_at", "due_on", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "title", "version", "wanted") VALUES (NEW."assignee_id", NEW."association_id", NEW."case_file_id", NEW."created_at", NEW."detail", NEW."done_at", NEW."due_on", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."state", NEW."title", NEW."version", NEW."wanted"); RETURN NULL;', hash='7e9956982df14d0f77501550155b16e0b7f74f87', operation='UPDATE', pgid='pgtrigger_update_update_9f498', table='coaching_task', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='task',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_taskhistory" ("assignee_id", "association_id", "case_file_id", "created_at", "detail", "done_at", "due_on", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "title", "version", "wanted") VALUES (OLD."assignee_id", OLD."association_id", OLD."case_file_id", OLD."created_at", OLD."detail", OLD."done_at", OLD."due_on", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."state", OLD."title", OLD."version", OLD."wanted"); RETURN NULL;', hash='d79f13547d64dba0d24a24e0267db10c4eaccd9b', operation='DELETE', pgid='pgtrigger_delete_delete_7fb90', table='coaching_task', when='AFTER')),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='calendarfeedhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='coaching.calendarfeed'),
        ),
        migrations.AddField(
            model_name='calendarfeedhistory',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='casemessage',
            name='association',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.association', verbose_name='association'),
        ),
        migrations.AddField(
            model_name='casemessage',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='casemessage',
            name='case_file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_rows', to='coaching.casefile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='casemessagehistory',
            name='association',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='regions.association', verbose_name='association'),
        ),
        migrations.AddField(
            model_name='casemessagehistory',
            name='author',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='casemessagehistory',
            name='case_file',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coaching.casefile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='casemessagehistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='coaching.casemessage'),
        ),
        migrations.AddField(
            model_name='financialplan',
            name='association',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.association', verbose_name='association'),
        ),
        migrations.AddField(
            model_name='financialplan',
            name='begun_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by'),
        ),
        migrations.AddField(
            model_name='financialplan',
            name='case_file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_rows', to='coaching.casefile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='financialplanhistory',
            name='association',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='regions.association', verbose_name='association'),
        ),
        migrations.AddField(
            model_name='financialplanhistory',
            name='begun_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by'),
        ),
        migrations.AddField(
            model_name='financialplanhistory',
            name='case_file',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coaching.casefile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='financialplanhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='coaching.financialplan'),
        ),
        migrations.AddField(
            model_name='plancomment',
            name='answers',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='coaching.plancomment', verbose_name='answers'),
        ),
        migrations.AddField(
            model_name='plancomment',
            name='association',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.association', verbose_name='association'),
        ),
        migrations.AddField(
            model_name='plancomment',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='plancomment',
            name='case_file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_rows', to='coaching.casefile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='plancomment',
            name='settled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by'),
        ),
        migrations.AddField(
            model_name='plancommenthistory',
            name='answers',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coaching.plancomment', verbose_name='answers'),
        ),
        migrations.AddField(
            model_name='plancommenthistory',
            name='association',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='regions.association', verbose_name='association'),
        ),
        migrations.AddField(
            model_name='plancommenthistory',
            name='author',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='plancommenthistory',
            name='case_file',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coaching.casefile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='plancommenthistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='coaching.plancomment'),
        ),
        migrations.AddField(
            model_name='plancommenthistory',
            name='settled_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by'),
        ),
        migrations.AddField(
            model_name='planline',
            name='association',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.association', verbose_name='association'),
        ),
        migrations.AddField(
            model_name='planline',
            name='case_file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_rows', to='coaching.casefile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='planline',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='coaching.financialplan', verbose_name='financial plan'),
        ),
        migrations.AddField(
            model_name='plancommenthistory',
            name='line',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coaching.planline', verbose_name='line'),
        ),
        migrations.AddField(
            model_name='plancomment',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='coaching.planline', verbose_name='line'),
        ),
        migrations.AddField(
            model_name='planlinehistory',
            name='association',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='regions.association', verbose_name='association'),
        ),
        migrations.AddField(
            model_name='planlinehistory',
            name='case_file',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coaching.casefile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='planlinehistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='coaching.planline'),
        ),
        migrations.AddField(
            model_name='planlinehistory',
            name='plan',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coaching.financialplan', verbose_name='financial plan'),
        ),
        migrations.AddField(
            model_name='planversion',
            name='association',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.association', verbose_name='association'),
        ),
        migrations.AddField(
            model_name='planversion',
            name='case_file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_rows', to='coaching.casefile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='planversion',
            name='kept_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='kept by'),
        ),
        migrations.AddField(
            model_name='planversion',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='coaching.financialplan', verbose_name='financial plan'),
        ),
        migrations.AddConstraint(
            model_name='calendarfeed',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('user',), name='calendarfeed_one_at_a_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarfeed',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_calendarfeedhistory" ("id", "made_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "withdrawn_at") VALUES (NEW."id", NEW."made_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."user_id", NEW."withdrawn_at"); RETURN NULL;', hash='627b550f04d2477c3d364aecb6ecdeb5d314c830', operation='INSERT', pgid='pgtrigger_insert_insert_83ef9', table='coaching_calendarfeed', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarfeed',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at"))', func='INSERT INTO "coaching_calendarfeedhistory" ("id", "made_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "withdrawn_at") VALUES (NEW."id", NEW."made_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."user_id", NEW."withdrawn_at"); RETURN NULL;', hash='240b037d82661c549d76050af11a70c42ab67519', operation='UPDATE', pgid='pgtrigger_update_update_508e6', table='coaching_calendarfeed', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarfeed',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_calendarfeedhistory" ("id", "made_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "withdrawn_at") VALUES (OLD."id", OLD."made_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."user_id", OLD."withdrawn_at"); RETURN NULL;', hash='07df5dda208c98c28a749e1122605a7fdd0f8f0f', operation='DELETE', pgid='pgtrigger_delete_delete_a1e8c', table='coaching_calendarfeed', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='calendarfeedhistory',
            index=models.Index(fields=['pgh_obj', 'pgh_created_at'], name='calendarfeedhistory_obj'),
        ),
        migrations.AddIndex(
            model_name='casemessage',
            index=models.Index(fields=['case_file', '-written_at'], name='casemessage_of_case'),
        ),
        migrations.AddConstraint(
            model_name='casemessage',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='casemessage_has_text', violation_error_message='Write a message.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casemessage',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_casemessagehistory" ("association_id", "author_id", "case_file_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "read_at", "text", "written_at") VALUES (NEW."association_id", NEW."author_id", NEW."case_file_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."read_at", NEW."text", NEW."written_at"); RETURN NULL;', hash='cccae527831c99ff65eb0c2f954fc5f5ee8bafdf', operation='INSERT', pgid='pgtrigger_insert_insert_c5cf1', table='coaching_casemessage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casemessage',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coaching_casemessagehistory" ("association_id", "author_id", "case_file_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "read_at", "text", "written_at") VALUES (NEW."association_id", NEW."author_id", NEW."case_file_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."read_at", NEW."text", NEW."written_at"); RETURN NULL;', hash='e94dbd460281f91ab41b8691f5e6cab0978fea8c', operation='UPDATE', pgid='pgtrigger_update_update_6daaa', table='coaching_casemessage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casemessage',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_casemessagehistory" ("association_id", "author_id", "case_file_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "read_at", "text", "written_at") VALUES (OLD."association_id", OLD."author_id", OLD."case_file_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."read_at", OLD."text", OLD."written_at"); RETURN NULL;', hash='710845803488b3466a81c2c8c4edd8dbd2a6989d', operation='DELETE', pgid='pgtrigger_delete_delete_b1f9d', table='coaching_casemessage', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='casemessagehistory',
            index=models.Index(fields=['pgh_obj', 'pgh_created_at'], name='casemessagehistory_obj'),
        ),
        migrations.AddConstraint(
            model_name='financialplan',
            constraint=models.UniqueConstraint(fields=('case_file',), name='financialplan_once'),
        ),
        migrations.AddConstraint(
            model_name='financialplan',
            constraint=models.CheckConstraint(condition=models.Q(('first_month__day', 1)), name='financialplan_begins_with_a_month', violation_error_message='A plan begins on the first day of a month.'),
        ),
        migrations.AddConstraint(
            model_name='financialplan',
            constraint=models.CheckConstraint(condition=models.Q(('net_rate__gte', 0), ('net_rate__lte', Decimal('10'))), name='financialplan_rate_is_a_rate'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='financialplan',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_financialplanhistory" ("association_id", "begun_at", "begun_by_id", "case_file_id", "first_month", "id", "net_rate", "opening", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "vat_method", "version") VALUES (NEW."association_id", NEW."begun_at", NEW."begun_by_id", NEW."case_file_id", NEW."first_month", NEW."id", NEW."net_rate", NEW."opening", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."vat_method", NEW."version"); RETURN NULL;', hash='cee0ed23ae2842ac188f860c94d4f9f1b89d2120', operation='INSERT', pgid='pgtrigger_insert_insert_6f51d', table='coaching_financialplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='financialplan',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coaching_financialplanhistory" ("association_id", "begun_at", "begun_by_id", "case_file_id", "first_month", "id", "net_rate", "opening", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "vat_method", "version") VALUES (NEW."association_id", NEW."begun_at", NEW."begun_by_id", NEW."case_file_id", NEW."first_month", NEW."id", NEW."net_rate", NEW."opening", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."vat_method", NEW."version"); RETURN NULL;', hash='514a45ae3c6de6426745875f7769c2bcccbeca8d', operation='UPDATE', pgid='pgtrigger_update_update_d95ce', table='coaching_financialplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='financialplan',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_financialplanhistory" ("association_id", "begun_at", "begun_by_id", "case_file_id", "first_month", "id", "net_rate", "opening", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "vat_method", "version") VALUES (OLD."association_id", OLD."begun_at", OLD."begun_by_id", OLD."case_file_id", OLD."first_month", OLD."id", OLD."net_rate", OLD."opening", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."vat_method", OLD."version"); RETURN NULL;', hash='ff8d313185d0e2b6278c1f3afb18038269d06c74', operation='DELETE', pgid='pgtrigger_delete_delete_d04af', table='coaching_financialplan', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='financialplanhistory',
            index=models.Index(fields=['pgh_obj', 'pgh_created_at'], name='financialplanhistory_obj'),
        ),
        migrations.AddIndex(
            model_name='planline',
            index=models.Index(fields=['plan', 'id'], name='planline_of_plan'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='planline_has_name', violation_error_message='Give the line a name.'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(('amounts__len', 36)), name='planline_has_all_months'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['investment', 'loan']), _negated=True), ('span_months__gt', 0), _connector='OR'), name='planline_spread_has_span', violation_error_message='Say over how long the line is spread.'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(('percent', None), models.Q(('percent__gte', 0), ('percent__lte', Decimal('200'))), _connector='OR'), name='planline_percent_is_sound'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planline',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_planlinehistory" ("added_at", "amounts", "association_id", "case_file_id", "delay_months", "grace_months", "id", "kind", "label", "percent", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "removed_at", "span_months", "vat_percent", "version") VALUES (NEW."added_at", NEW."amounts", NEW."association_id", NEW."case_file_id", NEW."delay_months", NEW."grace_months", NEW."id", NEW."kind", NEW."label", NEW."percent", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."removed_at", NEW."span_months", NEW."vat_percent", NEW."version"); RETURN NULL;', hash='4b777b4656e7a3164ab9b3ed070b8ce04e0d8fb8', operation='INSERT', pgid='pgtrigger_insert_insert_2407e', table='coaching_planline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planline',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coaching_planlinehistory" ("added_at", "amounts", "association_id", "case_file_id", "delay_months", "grace_months", "id", "kind", "label", "percent", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "removed_at", "span_months", "vat_percent", "version") VALUES (NEW."added_at", NEW."amounts", NEW."association_id", NEW."case_file_id", NEW."delay_months", NEW."grace_months", NEW."id", NEW."kind", NEW."label", NEW."percent", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."plan_id", NEW."removed_at", NEW."span_months", NEW."vat_percent", NEW."version"); RETURN NULL;', hash='46e68e976ee1e6d6e9a12ec92e00bab00f8055ba', operation='UPDATE', pgid='pgtrigger_update_update_e19d1', table='coaching_planline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planline',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_planlinehistory" ("added_at", "amounts", "association_id", "case_file_id", "delay_months", "grace_months", "id", "kind", "label", "percent", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "removed_at", "span_months", "vat_percent", "version") VALUES (OLD."added_at", OLD."amounts", OLD."association_id", OLD."case_file_id", OLD."delay_months", OLD."grace_months", OLD."id", OLD."kind", OLD."label", OLD."percent", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."removed_at", OLD."span_months", OLD."vat_percent", OLD."version"); RETURN NULL;', hash='b0e14d16781d651ead3589de031cfc493c42753a', operation='DELETE', pgid='pgtrigger_delete_delete_70a8a', table='coaching_planline', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='plancommenthistory',
            index=models.Index(fields=['pgh_obj', 'pgh_created_at'], name='plancommenthistory_obj'),
        ),
        migrations.AddIndex(
            model_name='plancomment',
            index=models.Index(fields=['line', 'written_at'], name='plancomment_of_line'),
        ),
        migrations.AddConstraint(
            model_name='plancomment',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='plancomment_has_text'),
        ),
        migrations.AddConstraint(
            model_name='plancomment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None)), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='plancomment_settled_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='plancomment',
            constraint=models.CheckConstraint(condition=models.Q(('answers', None), ('settled_at', None), _connector='OR'), name='plancomment_settled_as_a_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plancomment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_plancommenthistory" ("answers_id", "association_id", "author_id", "case_file_id", "id", "line_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "settled_by_id", "text", "version", "written_at") VALUES (NEW."answers_id", NEW."association_id", NEW."author_id", NEW."case_file_id", NEW."id", NEW."line_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."settled_at", NEW."settled_by_id", NEW."text", NEW."version", NEW."written_at"); RETURN NULL;', hash='a91d7743c2f9a737c646b863e808c3106ff95bbe', operation='INSERT', pgid='pgtrigger_insert_insert_4b516', table='coaching_plancomment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plancomment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coaching_plancommenthistory" ("answers_id", "association_id", "author_id", "case_file_id", "id", "line_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "settled_by_id", "text", "version", "written_at") VALUES (NEW."answers_id", NEW."association_id", NEW."author_id", NEW."case_file_id", NEW."id", NEW."line_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."settled_at", NEW."settled_by_id", NEW."text", NEW."version", NEW."written_at"); RETURN NULL;', hash='fd160f84e759aaf7c30d2a79ac8323792dd3764e', operation='UPDATE', pgid='pgtrigger_update_update_94562', table='coaching_plancomment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plancomment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coaching_plancommenthistory" ("answers_id", "association_id", "author_id", "case_file_id", "id", "line_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "settled_by_id", "text", "version", "written_at") VALUES (OLD."answers_id", OLD."association_id", OLD."author_id", OLD."case_file_id", OLD."id", OLD."line_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."settled_at", OLD."settled_by_id", OLD."text", OLD."version", OLD."written_at"); RETURN NULL;', hash='2cb0386d5a0c4f3df00f3813bc1dce6ed687e5a9', operation='DELETE', pgid='pgtrigger_delete_delete_2417f', table='coaching_plancomment', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='planlinehistory',
            index=models.Index(fields=['pgh_obj', 'pgh_created_at'], name='planlinehistory_obj'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.UniqueConstraint(fields=('plan', 'number'), name='planversion_once'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='planversion_has_name', violation_error_message='Give the version a name.'),
        ),
        *(EnableRowLevelSecurity(model, own=OWN_FILE) for model in (*CONFIDENTIAL, "PlanVersion")),
        *(EnableRowLevelSecurity(f"{model}History", is_history=True) for model in CONFIDENTIAL),
    ]
