from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("inbox", "0006_securebox_connection"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingmessage",
            name="request_id",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=64),
        ),
    ]
