"""Searching one consumer's messages for words.

The API cannot search: the portal reads the lists, the newest messages first, as far back as a budget of calls allows,
and goes on from there when it is asked to.

- `folding.py`: letters without case and accents.
- `query.py`: what was typed, and whether a message has it.
- `highlights.py`: where the words stand in a line that is shown.
- `position.py`: where a search goes on, signed.
- `searching.py`: reads the lists of several secureboxes at the same time.
- `form.py`: the form.

Nothing of a search is stored or logged, the words least of all: they come in the body of a form, and leave in the page
that answers it.
"""
