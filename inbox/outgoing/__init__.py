"""The life of an outgoing message: what a consumer writes, until it is known to have arrived.

Each arrow is a function of `transitions`, by the name on it:

    (new)       ──create_draft──────> draft
    (new)       ──create_queued─────> queued
    draft       ──save_draft────────> draft        each save, while the consumer types
    draft       ──queue_draft───────> queued       "Send": committed before anything else happens
    queued      ──claim─────────────> sending      committed before the first byte leaves
    sending     ──mark_sent─────────> sent         the text is erased here
    sending     ──requeue───────────> queued       certainly not sent; tried again later
    sending     ──mark_failed───────> failed       the API refused it; the text is kept
    sending     ──mark_failed───────> unconfirmed  the same, if an earlier attempt may have arrived
    sending     ──mark_unconfirmed──> unconfirmed  it may have arrived; it is looked up, and not sent again
    queued      ──doubt_restored────> unconfirmed  the database was restored from a backup: it may have been sent since
    sending     ──doubt_restored────> unconfirmed  the same
    unconfirmed ──mark_found────────> sent
    unconfirmed ──send_again────────> queued       its writer accepts that it may arrive twice
    queued      ──cancel────────────> draft
    queued      ──stop_resending────> unconfirmed  cancelled after an earlier attempt may have arrived
    failed      ──edit──────────────> draft
    draft, failed, unconfirmed ──discard──> discarded

`compose_token` identifies the form a message is written in, `drafts` saves the text while it is typed, `sending` makes
the attempts, `limits` counts the messages, `reconciling` looks up unconfirmed ones, `user_actions` are the consumer's
decisions, `delivery` is run by `manage.py deliver`, `queries` loads messages for the pages, `receipts` prove what was
sent. `content` holds the text, `schedule` the times.
`sending_mark` notices a restored database, and `restoring` is what has to be done then.
"""
