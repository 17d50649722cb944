from django.db import migrations, models

from portal.database.migration_operations import AddIndexConcurrently, AddPostgreSQLIndex


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0011_plain_text_default'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='activity',
            index=models.Index(fields=['event', '-at'], name='activity_of_event'),
        ),
        AddIndexConcurrently(
            model_name='activity',
            index=models.Index(fields=['address'], name='activity_address', opclasses=('varchar_pattern_ops',)),
        ),
        AddIndexConcurrently(
            model_name='activity',
            index=models.Index(fields=['by'], name='activity_by', opclasses=('varchar_pattern_ops',)),
        ),
        AddIndexConcurrently(
            model_name='activity',
            index=models.Index(fields=['request_id'], name='activity_request'),
        ),
        AddPostgreSQLIndex('activity', 'UPPER(box) text_pattern_ops', name='activity_box_begins'),
        AddPostgreSQLIndex('activity', 'UPPER(detail) text_pattern_ops', name='activity_detail_begins'),
        AddIndexConcurrently(
            model_name='consumer',
            index=models.Index(condition=models.Q(('is_active', False)), fields=['email', 'id'], name='consumer_inactive'),
        ),
        AddIndexConcurrently(
            model_name='consumer',
            index=models.Index(condition=models.Q(('is_staff', True)), fields=['email'], name='consumer_operator'),
        ),
        AddIndexConcurrently(
            model_name='consumer',
            index=models.Index(condition=models.Q(('is_active', True), ('last_login', None)), fields=['email', 'id'], name='consumer_never_here'),
        ),
        AddIndexConcurrently(
            model_name='consumer',
            index=models.Index(condition=models.Q(('first_name', ''), ('last_login', None), ('last_name', '')), fields=['date_joined'], name='consumer_without_name'),
        ),
        AddPostgreSQLIndex('consumer', 'UPPER(first_name) text_pattern_ops', name='consumer_first_name_begins'),
        AddPostgreSQLIndex('consumer', 'UPPER(last_name) text_pattern_ops', name='consumer_last_name_begins'),
        AddIndexConcurrently(
            model_name='invitation',
            index=models.Index(fields=['sent_at'], name='invitation_sent'),
        ),
        AddIndexConcurrently(
            model_name='invitation',
            index=models.Index(fields=['invited_by'], name='invitation_by'),
        ),
        AddIndexConcurrently(
            model_name='invitation',
            index=models.Index(condition=models.Q(('accepted_at', None)), fields=['consumer'], name='invitation_pending'),
        ),
    ]
