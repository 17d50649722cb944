from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_tally")]

    operations = [
        migrations.CreateModel(
            "RunningProcess",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("program", models.CharField(max_length=40)),
                ("host", models.CharField(max_length=255)),
                ("pid", models.PositiveIntegerField()),
                ("release", models.CharField(max_length=40)),
                ("keys", models.JSONField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
    ]
