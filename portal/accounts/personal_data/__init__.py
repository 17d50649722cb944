"""Everything that is stored about one person, to be handed to them or erased: `manage.py person`.

    person    who is meant: an account, an invitation, or an address that only the activity log still names
    tables    which fields of which tables are exported, and which are withheld
    sessions  stored sessions, whose content has no columns
    export    what is known, as plain values
    erasure   removes it, and says what stays

What a person writes is `inbox`'s: see `inbox.outgoing.personal_data`. docs/privacy.md describes both.
"""
