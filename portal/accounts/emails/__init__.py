"""The portal's own mails: codes, invitations and notices. They never contain secure mail.

Each is a row of `PortalMail` before anything else happens to it, so that neither a mail server that is down nor a
process that is killed loses it. Then it is tried at once, without any page waiting for it; what remains is tried again
by `manage.py deliver`.

    content    what a row holds, and the mail that is made of it
    queue      writes the rows, and hands them to threads of this process
    sending    tries one mail
    failures   what a mail server's answer means
    delivery   tries all that are due; removes what has expired
"""
