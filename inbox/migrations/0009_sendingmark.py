import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_indexes")]

    operations = [
        migrations.CreateModel(
            "SendingMark",
            [
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("installation", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("restored_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
