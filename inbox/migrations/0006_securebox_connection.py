import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """With a default in the database, so that processes of the previous release can still add secureboxes."""

    dependencies = [("inbox", "0005_outgoingmessage_unanswered_since")]

    operations = [
        migrations.AddField(
            "securebox",
            "connection",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The name in SECUREMAIL_CONNECTIONS of the API that has this box. Empty: the one that all"
                " others use.",
                max_length=40,
                verbose_name="connection",
            ),
        ),
        migrations.AlterField(
            "securebox",
            "name",
            models.CharField(
                blank=True,
                help_text="The contact centre's own name for it. Empty: its default box.",
                max_length=16,
                validators=[
                    django.core.validators.RegexValidator(
                        "\\A(?:[A-Za-z0-9]{3,16})?\\Z", "3 to 16 of A-Z, a-z and 0-9, or empty."
                    )
                ],
                verbose_name="API name",
            ),
        ),
        migrations.AddConstraint(
            "securebox",
            models.UniqueConstraint(
                fields=("connection", "name"),
                name="one_securebox_for_each_name",
                violation_error_message="Another securebox has this API name.",
            ),
        ),
    ]
