from django.db import migrations, models

import inbox.models


class Migration(migrations.Migration):
    """With defaults in the database, so that processes of the previous release can still add secureboxes."""

    dependencies = [("inbox", "0003_rename_attributes")]

    operations = [
        migrations.AddField(
            "securebox",
            "aliases",
            models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Only if the contact centre's answers name this box in another way, such as by its title or in"
                " other letters: then nothing is shown until you list it here. One a line; letter case does not"
                " matter.",
                validators=[inbox.models.validate_aliases],
                verbose_name="other names",
            ),
        ),
        migrations.AddField(
            "securebox",
            "attachment_hint",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Shown with a message that came with files, which cannot be opened here.",
                max_length=300,
                verbose_name="how people get files",
            ),
        ),
    ]
