"""The activity log: `activity` writes it, `descriptions` puts its lines into words, `exports` makes files of it."""
