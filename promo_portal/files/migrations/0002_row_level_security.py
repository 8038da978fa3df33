"""Files show only to the scope they belong to; the list of what waits for the scanner names no content and stays open."""

from django.db import migrations

from promo_portal.core.rls import EnableRowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [("files", "0001_stored_file")]

    operations = [EnableRowLevelSecurity("StoredFile", own="uploaded_by_id = {person}")]
