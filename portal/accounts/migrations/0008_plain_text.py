from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_securemail_checked'),
    ]

    operations = [
        migrations.AddField(
            model_name='consumer',
            name='prefers_plain_text',
            field=models.BooleanField(default=False, help_text='Opens messages without their formatting.', verbose_name='plain text'),
        ),
    ]
