"""The demo: `manage.py demo` runs the portal, the sandbox and a company's website on this machine.

`runner` starts everything, in child processes (`processes`) on free `ports`. `portal_data` prepares the portal's
database and static files, `letters` puts the mail in `mail/` into the sandbox, `data_folder` says where all of it is
kept. `cast` has the people and secureboxes, `settings` the portal's settings, `welcome` what the terminal shows.
`website` is the company's website.
"""
