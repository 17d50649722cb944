from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_securebox_aliases")]

    operations = [
        migrations.AddField(
            model_name="outgoingmessage",
            name="unanswered_since",
            field=models.DateTimeField(null=True),
        ),
    ]
