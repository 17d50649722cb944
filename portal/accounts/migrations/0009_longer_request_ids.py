from django.db import migrations, models


class Migration(migrations.Migration):
    """A proxy's ids are longer than the portal's own. On PostgreSQL this changes no row."""

    dependencies = [
        ("accounts", "0008_plain_text"),
    ]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="request_id",
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name="request"),
        ),
    ]
