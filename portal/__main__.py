"""`python -m portal COMMAND` is `manage.py COMMAND`, wherever the portal is installed."""

from portal.command_line import main

main()
