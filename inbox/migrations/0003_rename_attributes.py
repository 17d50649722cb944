from django.db import migrations, models

# The attribute's old name, which the column keeps: the new name, and the field.
RENAMED = {
    "saved_by": ("saved_by_tab", models.CharField(blank=True, db_column="saved_by", max_length=32)),
    "saved_step": ("saved_seq", models.PositiveIntegerField(db_column="saved_step", default=0)),
    "sealed": ("encrypted_content", models.TextField(db_column="sealed")),
    "told": ("seen", models.BooleanField(db_column="told", default=True)),
    "doubts": (
        "unconfirmed_attempts",
        models.PositiveIntegerField(db_column="doubts", default=0, verbose_name="doubts"),
    ),
    "looks": (
        "lookup_count",
        models.PositiveIntegerField(db_column="looks", default=0, verbose_name="looks"),
    ),
    "doubt_began_at": (
        "unconfirmed_since",
        models.DateTimeField(db_column="doubt_began_at", null=True),
    ),
}


class Migration(migrations.Migration):
    """Better attribute names over the same columns: nothing changes in the database.

    So processes of the previous release can keep running during and after this migration.
    """

    dependencies = [("inbox", "0002_outgoing")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                operation
                for old, (new, field) in RENAMED.items()
                for operation in (
                    migrations.RenameField("outgoingmessage", old, new),
                    migrations.AlterField("outgoingmessage", new, field),
                )
            ],
        ),
    ]
