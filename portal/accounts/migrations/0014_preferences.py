from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_portal_mail")]

    operations = [
        migrations.AddField(
            "consumer",
            "time_zone",
            models.CharField(blank=True, db_default="", default="", max_length=64, verbose_name="time zone"),
        ),
        migrations.AddField(
            "consumer",
            "device_time_zone",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=64,
                verbose_name="time zone of the device",
            ),
        ),
        migrations.AddField(
            "consumer",
            "uses_shortcuts",
            models.BooleanField(db_default=True, default=True, verbose_name="keyboard shortcuts"),
        ),
    ]
