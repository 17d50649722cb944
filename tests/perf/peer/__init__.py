"""`make bench-peer`: what do our pages cost beside those of a webmail? For maintainers; as root, on Debian.

    make bench-peer ARGS="--rounds 9 --requests 20"

It installs Roundcube (1.6) from Debian's packages and starts it on nginx and php-fpm with SQLite, an IMAP server
(dovecot) and 50 messages. Beside it runs the portal on gunicorn as documented: SQLite with one worker and, where there
is a Redis, PostgreSQL and Redis with two. Then one person does the same at each of them in turns, some requests at a
time:

- the processor time is that of the front end: nginx and php-fpm there; gunicorn, its workers and the processes that
  sanitise letters here. Not counted are Roundcube's IMAP server and our sandbox, PostgreSQL and Redis. SQLite is within
  the front ends. There is no proxy before gunicorn; nginx's part of Roundcube's costs is printed.
- counted are the requests that a browser makes to show a page, without style sheets, scripts and images. Roundcube's
  inbox is a page that asks for its list and its unread numbers; its compose page is reached by a redirect.
- neither side compresses; both write a log of requests; OPcache is on, as Debian has it.
- our polls find counts that are fresh, as they are for 30 seconds; Roundcube asks its IMAP server each time.
- signing in is a page and its form, in a browser that is known, by people with one or two sessions. Roundcube leaves
  the password to its IMAP server. So ours is stored with a single iteration here, and what a password really costs is
  printed by itself.

Everything listens on loop-back, keeps its files in a temporary folder and ends with the measurement. Ratios are medians
of the rounds, with quartiles: the noise of the machine.

`packages.py` installs, `roundcube.py` starts the webmail, `roundcube_person.py` and `portal_person.py` are who uses
them, `__main__.py` measures.
"""
