import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import inbox.extra_fields


class Migration(migrations.Migration):
    dependencies = [("inbox", "0011_reply_times")]

    operations = [
        migrations.CreateModel(
            "ExtraField",
            [
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="The contact centre's own name for it, as in PolicyNumber.",
                        max_length=64,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Za-z][A-Za-z0-9_.-]*\\Z", "Letters, digits, dots, - and _."
                            )
                        ],
                        verbose_name="userdata key",
                    ),
                ),
                (
                    "label",
                    models.CharField(help_text="As in: Policy number.", max_length=80, verbose_name="label"),
                ),
                (
                    "help_text",
                    models.CharField(
                        blank=True,
                        help_text="As in: It is at the top of every letter from us.",
                        max_length=200,
                        verbose_name="hint",
                    ),
                ),
                (
                    "pattern",
                    models.CharField(
                        blank=True,
                        help_text="As in [A-Z]{2}[0-9]{6}. Empty: anything is accepted.",
                        max_length=200,
                        validators=[inbox.extra_fields.validate_pattern],
                        verbose_name="pattern",
                    ),
                ),
                (
                    "pattern_hint",
                    models.CharField(
                        blank=True,
                        help_text="Shown where the pattern does not match, as in: It has two letters and six digits.",
                        max_length=200,
                        verbose_name="how it should look",
                    ),
                ),
                ("required", models.BooleanField(default=False, verbose_name="required")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "securebox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extra_fields",
                        to="inbox.securebox",
                    ),
                ),
            ],
            options={
                "verbose_name": "field of the compose form",
                "verbose_name_plural": "fields of the compose form",
                "ordering": ("position", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("securebox", "key"),
                        name="one_field_for_each_key",
                        violation_error_message="Another field has this key.",
                    )
                ],
            },
        ),
    ]
