"""A copy as an email for mail programs (RFC 5322), with its text and, if it has any, its formatting."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.template.loader import render_to_string

from inbox.keeping.copies import DOMAIN, Copy, Person
from portal import dates
from portal.characters import one_line

# In ASCII alone: the file survives whatever it is copied through.
_POLICY = SMTP.clone(cte_type="7bit")


def email_of(copy: Copy) -> bytes:
    """A message without a date gets no `Date`, which the standard asks for: an invented one would be worse."""
    email = EmailMessage(_POLICY)
    email["From"], email["To"] = _address(copy.sender), _address(copy.recipient)
    if copy.subject:
        email["Subject"] = _literal(copy.subject)
    if copy.date:
        email["Date"] = format_datetime(dates.local(copy.date))
    email["Message-ID"] = copy.id
    if copy.earlier:
        email["In-Reply-To"] = copy.earlier[-1]
        email["References"] = " ".join(copy.earlier)
    email.set_content("\n\n".join(filter(None, (copy.text.rstrip(), *copy.notes))) + "\n")
    if copy.formatted:
        page = render_to_string("inbox/saved/alternative.html", {"copy": copy})
        email.add_alternative(page, subtype="html")
    return email.as_bytes()


def _literal(text: str) -> str:
    """Without the beginning of an "encoded word" (RFC 2047), which readers would decode to whatever is in it."""
    return text.replace("=?", "= ?")


def _address(person: Person) -> Address:
    name = _literal(" ".join(one_line(person.name).split()))
    try:
        return Address(name, addr_spec=person.address)
    except ValueError:  # The portal takes addresses that this parser does not.
        return Address(name, "you", DOMAIN)
