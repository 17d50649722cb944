import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0010_withdrawnmessage")]

    operations = [
        migrations.CreateModel(
            "Holiday",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField(unique=True, verbose_name="date")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "is_yearly",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="On the same day and month.",
                        verbose_name="every year",
                    ),
                ),
            ],
            options={"verbose_name": "holiday", "verbose_name_plural": "holidays", "ordering": ("date",)},
        ),
        migrations.AddField(
            "securebox",
            "reply_hours",
            models.PositiveSmallIntegerField(
                blank=True,
                help_text="They count around the clock, at weekends and on holidays too.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(720),
                ],
                verbose_name="answered within hours",
            ),
        ),
        migrations.AddField(
            "securebox",
            "reply_working_days",
            models.PositiveSmallIntegerField(
                blank=True,
                help_text="They count from the day after the message, without holidays. Instead of hours.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(60),
                ],
                verbose_name="answered within working days",
            ),
        ),
        migrations.AlterField(
            "securebox",
            "reply_time",
            models.CharField(
                blank=True,
                help_text="If neither number says it. Shown after “Usual reply time:”, as in: within two days.",
                max_length=80,
                verbose_name="usual reply time in words",
            ),
        ),
    ]
