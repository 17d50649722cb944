"""Numbers as people read them: in the format of the active language."""

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """ "10,000"."""
    return number_format(number, force_grouping=True)
