import json
from argparse import ArgumentParser, BooleanOptionalAction

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from inbox.extra_fields import ExtraField
from inbox.models import Securebox
from portal.accounts.audit import activity
from portal.accounts.models import Consumer

_TEXTS = {
    "name": "the API's name of the box; empty for the default box",
    "connection": "the name of its connection in SECUREMAIL_CONNECTIONS; empty for the one that all others use",
    "title": "the title that people see",
    "description": "what the box is for, shown to people",
    "reply_time": "the usual reply time in words, where neither number says it",
    "disclaimer": "a note on the compose page",
    "attachment_hint": "how people get files, shown with a message that came with some",
    "operation_key": "the userdata key under which a message is sent with our own id; empty: without it",
}
_NUMBERS = {
    "position": "boxes are sorted by this number",
    "reply_hours": "messages are usually answered within so many hours; 0: no number of hours",
    "reply_working_days": "messages are usually answered within so many working days; 0: no number of days",
}
_SWITCHES = {
    "accepts_messages": "consumers may write to it",
    "open_to_all": "all consumers may use it",
    "allows_delete": "consumers may delete messages",
    "allows_purge": "consumers may delete messages permanently",
    "allows_withdraw": "consumers may withdraw messages they sent",
}


_ASKED = ("key", "label", "help_text", "pattern", "pattern_hint", "required")
_LINES = (("subject", "preset_subjects"), ("detail", "shown_details"), ("alias", "aliases"))


class Command(BaseCommand):
    help = "Create a securebox, or update the one with this slug. Options that are left out change nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="its part of the URL: /inbox/SLUG/")
        for field, meaning in _TEXTS.items():
            parser.add_argument(f"--{field.replace('_', '-')}", help=meaning)
        for field, meaning in _NUMBERS.items():
            parser.add_argument(f"--{field.replace('_', '-')}", type=int, metavar="NUMBER", help=meaning)
        for field, meaning in _SWITCHES.items():
            parser.add_argument(f"--{field.replace('_', '-')}", action=BooleanOptionalAction, help=meaning)
        parser.add_argument("--subject", action="append", help="a preset subject; repeat for more")
        parser.add_argument(
            "--alias", action="append", help="another name of the box in the API's answers; repeat for more"
        )
        parser.add_argument(
            "--detail",
            action="append",
            metavar="KEY=LABEL",
            help="a userdata key to show, with its label; repeat for more",
        )
        parser.add_argument(
            "--field",
            action="append",
            metavar="JSON",
            help="something to fill in with each message, in place of what was asked for before; repeat for more: "
            '\'{"key": "PolicyNumber", "label": "Policy number", "pattern": "[A-Z]{2}[0-9]{6}", "required": true}\''
            " (also: help_text, pattern_hint); an empty text: nothing",
        )
        parser.add_argument(
            "--consumer", action="append", metavar="EMAIL", help="a consumer who may use it; repeat for more"
        )

    @transaction.atomic
    def handle(self, **options: object) -> None:
        slug = str(options["slug"])
        box = Securebox.objects.filter(slug=slug).first() or Securebox(slug=slug)
        created = box.pk is None
        before = _settings_of(box)
        for field in (*_TEXTS, *_NUMBERS, *_SWITCHES):
            if options[field] is not None:
                setattr(box, field, options[field])
        box.reply_hours, box.reply_working_days = box.reply_hours or None, box.reply_working_days or None
        self._set_lines(box, options)
        box.title = box.title or slug.replace("-", " ").capitalize()
        _check(box)
        box.save()
        self._set_fields(box, options["field"])
        self._allow(box, options["consumer"])
        now = _settings_of(box)
        changed = "added" if created else ", ".join(name for name in now if now[name] != before[name])
        if changed:
            activity.record_settings_change(box, changed, None)
        self.stdout.write(
            f"{'Created' if created else 'Updated'} {slug}, {box.full_name or 'the default box'} upstream."
        )

    def _set_lines(self, box: Securebox, options: dict[str, object]) -> None:
        for option, field in _LINES:
            lines = options[option]
            if isinstance(lines, list):
                setattr(box, field, "\n".join(lines))

    def _set_fields(self, box: Securebox, given: object) -> None:
        if isinstance(given, list):
            box.extra_fields.all().delete()
            for position, text in enumerate(filter(None, given)):
                field = _field(box, position, text)
                _check(field)
                field.save()
        for field in box.extra_fields.all():
            _check(field)  # Their keys must still differ from the box's own.

    def _allow(self, box: Securebox, emails: object) -> None:
        for email in emails if isinstance(emails, list) else []:
            consumer = Consumer.objects.filter(email=email.lower()).first()
            if consumer is None:
                raise CommandError(f"There is no consumer {email}.")
            box.consumers.add(consumer)


def _check(thing: Securebox | ExtraField) -> None:
    """Raises CommandError if a value is not allowed."""
    try:
        thing.full_clean()
    except ValidationError as error:
        told = "; ".join(f"{field}: {' '.join(words)}" for field, words in error.message_dict.items())
        raise CommandError(told) from None


def _field(box: Securebox, position: int, text: str) -> ExtraField:
    try:
        return ExtraField(**{**json.loads(text), "securebox": box, "position": position})
    except (ValueError, TypeError):
        raise CommandError(f"--field: {text} is no JSON object with the names that --help shows.") from None


def _settings_of(box: Securebox) -> dict[str, object]:
    people = set(box.consumers.values_list("pk", flat=True)) if box.pk else set()
    asked = list(box.extra_fields.values_list(*_ASKED)) if box.pk else []
    fields = {field.name: getattr(box, field.name) for field in box._meta.concrete_fields}
    return {**fields, "consumers": people, "extra_fields": asked}
