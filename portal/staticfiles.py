"""Where static files lie in production, and under which names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types.
    """Names carry a hash of the content, so that browsers keep a file for good.

    That holds for modules which another script imports as well: without it they would keep their plain names, and a
    browser could mix old modules with new ones after an upgrade.
    """

    support_js_module_import_aggregation = True
