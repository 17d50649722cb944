"""The life of an outgoing message: what a consumer composes, until it is known to have arrived.

    draft ──send──> queued                 one row for each form, committed
    queued ──claim──> sending              committed before the first byte
    sending ──accepted──> sent             the words are erased here
    sending ──refused──> failed            the words are kept
    sending ──certainly not sent──> queued tried again later
    sending ──nobody knows──> unconfirmed  looked for upstream, never sent again without its writer
    unconfirmed ──found──> sent
    unconfirmed ──its writer decides──> looked for longer, queued again, or discarded
    queued ──cancel──> draft               failed ──edit──> draft

`forms` names the page it is written in, `drafts` keeps what is typed, `sending` makes the attempts, `reconciling`
looks for what is in doubt, `choices` are its writer's, `sweeping` is what `manage.py deliver` does, `receipts` prove
what was sent; `content` holds the words, `schedule` the times.
"""
