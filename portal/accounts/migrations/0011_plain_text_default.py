from django.db import migrations, models


class Migration(migrations.Migration):
    """With a default in the database, processes of a release without this field can still add accounts."""

    dependencies = [
        ('accounts', '0010_support'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consumer',
            name='prefers_plain_text',
            field=models.BooleanField(db_default=False, default=False, help_text='Opens messages without their formatting.', verbose_name='plain text'),
        ),
    ]
