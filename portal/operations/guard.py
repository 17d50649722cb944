"""Who may open the pages of operations."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse

View = Callable[..., HttpResponse]

PERMISSION = "portal.view_operations"


def page_for(permission: str) -> Callable[[View], View]:
    """Decorate a view: a page of the admin for operators with this permission."""

    def decorate(view: View) -> View:
        guarded: Any = permission_required(permission, raise_exception=True)(view)
        page: View = admin.site.admin_view(guarded)
        return page

    return decorate


operators_page = page_for(PERMISSION)  # Decorates a page about the whole installation.
