from django.db import migrations, models

from portal.database.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('inbox', '0007_outgoingmessage_request_id'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='outgoingmessage',
            index=models.Index(fields=['saved_at'], name='outgoing_saved'),
        ),
        AddIndexConcurrently(
            model_name='outgoingmessage',
            index=models.Index(fields=['operation_id'], name='outgoing_operation'),
        ),
    ]
