"""The activity log: `activity` writes it, `descriptions` puts its lines into words, `exports` makes files of it.

`stream` sends each line to the company's monitoring as well, in the form that `records` gives it.
"""
