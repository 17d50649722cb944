"""One consumer's mail: the mailboxes they may open, and what they may do there."""
