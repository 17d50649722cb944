"""The Django project: settings, URLs, middleware, checks, and the apps around the mail."""

__version__ = "1.0.0"
