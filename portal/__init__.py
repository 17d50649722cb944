"""The Django project: settings, URLs, middleware, checks, and the apps around the mail."""
