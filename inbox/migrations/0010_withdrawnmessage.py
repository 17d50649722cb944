import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("inbox", "0009_sendingmark"),
    ]

    operations = [
        migrations.CreateModel(
            name="WithdrawnMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("message_hash", models.CharField(editable=False, max_length=64)),
                ("withdrawn_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "consumer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="withdrawn",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "withdrawn message",
                "verbose_name_plural": "withdrawn messages",
                "indexes": [models.Index(fields=["withdrawn_at"], name="withdrawn_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consumer", "message_hash"), name="one_row_for_each_withdrawn"
                    )
                ],
            },
        ),
    ]
