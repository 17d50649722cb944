"""Copies of mail for its reader's own files: a message, a conversation, or all of a securebox.

- `copies`: a message as it is kept, made from what the API sent;
- `pages`, `emails`: a copy as an HTML page that needs nothing else, and as an `.eml` file;
- `several`: the messages of a conversation, read at once;
- `names`, `archive`: names of files for any system, and a ZIP that is sent while it is written;
- `department`: all messages of a securebox, read and written one after the other; `incomplete` says what is missing;
- `turns`: how many of these go on at the same time, and how far each is.

Nothing of it is stored here, neither on disk nor in the cache. Keeping a message marks nothing as read.
"""
