"""Who may open the pages of operations."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse

View = Callable[..., HttpResponse]

PERMISSION = "portal.view_operations"


def operators_page(view: View) -> View:
    """Decorate a view: a page of the admin for operators with PERMISSION."""
    guarded: Any = permission_required(PERMISSION, raise_exception=True)(view)
    page: View = admin.site.admin_view(guarded)
    return page
