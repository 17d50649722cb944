"""Conversations: messages of one securebox that belong together.

`grouping` forms them of the messages that a page has read, `conversation` is what pages show of one, `state` says what
became of what its consumer asked.
"""
