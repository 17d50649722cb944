"""Words that are looked for wherever they do not belong: in logs, error pages, caches, sessions, tables, mails."""
