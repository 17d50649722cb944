"""Which module must not import which. `test_imports.py` enforces these rules."""

OURS = ("inbox", "portal", "tests")
APPS = ("inbox", "portal.accounts", "portal.demo", "portal.embed", "portal.sandbox")

_HTTP_OF_THE_CLIENT = (
    "inbox.securemail.client",
    "inbox.securemail.responses",
    "inbox.securemail.transport",
    "requests",
    "urllib3",
)

# What a module, or each module of a package, must not import; a module of LEAVES may be imported even so.
FORBIDDEN = {
    "inbox/securemail": (
        "django",
        "allauth",
        "portal",
        "inbox.access",
        "inbox.gateway",
        "inbox.models",
        "inbox.views",
    ),
    # Modules about messages do not import HTTP, and modules about HTTP do not import messages.
    "inbox/securemail/models.py": ("inbox.securemail", "requests", "urllib3"),
    **dict.fromkeys(
        (
            "inbox/securemail/attachments.py",
            "inbox/securemail/composing.py",
            "inbox/securemail/dialect.py",
            "inbox/securemail/fields.py",
            "inbox/securemail/html_detection.py",
            "inbox/securemail/lookup.py",
            "inbox/securemail/moments.py",
            "inbox/securemail/parsing.py",
            "inbox/securemail/values.py",
        ),
        _HTTP_OF_THE_CLIENT,
    ),
    "inbox/securemail/transport.py": (
        "inbox.securemail.client",
        "inbox.securemail.fields",
        "inbox.securemail.models",
        "inbox.securemail.parsing",
        "inbox.securemail.responses",
        "pydantic",
    ),
    "inbox/gateway.py": ("inbox.views", "inbox.forms", "inbox.access", "portal"),
    "inbox/access.py": ("inbox.views", "inbox.forms", "inbox.outgoing", "requests"),
    "inbox/paging.py": ("django", "portal", "inbox.access", "inbox.gateway", "inbox.models", "inbox.views"),
    "inbox/models.py": (
        "inbox.access",
        "inbox.forms",
        "inbox.outgoing",
        "inbox.securemail",
        "inbox.views",
        "requests",
    ),
    "inbox/rendering.py": (
        "portal",
        "inbox.access",
        "inbox.models",
        "inbox.outgoing",
        "inbox.securemail",
        "inbox.views",
    ),
    "inbox/markup": (
        "django",
        "portal",
        "inbox.access",
        "inbox.models",
        "inbox.rendering",
        "inbox.securemail",
    ),
    "inbox/resilience": ("inbox.access", "inbox.forms", "inbox.models", "inbox.outgoing", "inbox.views"),
    "inbox/resilience/breaker.py": ("django", "portal", "inbox.access", "inbox.gateway"),
    "inbox/resilience/bulkhead.py": ("django", "portal", "inbox.access", "inbox.gateway"),
    "inbox/resilience/pause.py": ("django", "portal", "inbox.access", "inbox.gateway"),
    "inbox/resilience/alarm.py": ("django", "portal", "inbox.access", "inbox.gateway"),
    "inbox/resilience/channel.py": ("portal", "inbox.access", "inbox.models", "inbox.views"),
    "inbox/references.py": ("inbox.views", "inbox.gateway", "inbox.access", "inbox.models"),
    "inbox/forms.py": ("inbox.access", "inbox.gateway", "inbox.securemail", "inbox.views", "requests"),
    "inbox/outgoing": (
        "inbox.views",
        "inbox.forms",
        "inbox.gateway",
        "inbox.resilience.channel",
        "inbox.securemail.client",
        "inbox.securemail.transport",
        "inbox.securemail.SecureMailClient",
        "django.http.HttpResponse",
        "django.shortcuts",
        "requests",
    ),
    "inbox/outgoing/schedule.py": ("inbox.access", "inbox.outgoing", "inbox.securemail", "portal"),
    "inbox/outgoing/content.py": ("inbox.access", "inbox.securemail", "portal.accounts"),
    # Changes of state know no request, no API call and no page.
    "inbox/outgoing/transitions.py": (
        "django.http",
        "inbox.access",
        "inbox.securemail",
        "inbox.unread",
        "portal.accounts",
    ),
    "portal/encryption.py": ("inbox", "portal"),
    "portal/guarded_http.py": ("django", "inbox", "portal"),
    "inbox/secret_scanner.py": ("django", "portal", "inbox"),
    "inbox/unread.py": ("inbox.views", "inbox.forms", "inbox.gateway", "inbox.securemail.client"),
    "inbox/views": ("inbox.gateway", "inbox.securemail.client", "inbox.securemail.transport", "requests"),
    "portal/accounts": ("inbox", "portal.sandbox", "portal.embed", "portal.demo"),
    "portal/accounts/models": ("portal.accounts.sessions", "portal.accounts.login", "portal.accounts.views"),
    "portal/accounts/validators.py": ("portal.accounts.models", "portal.accounts.views"),
    "portal/accounts/allauth_compat.py": ("portal", "inbox"),
    "portal/accounts/forms": ("portal.accounts.views", "portal.accounts.admin"),
    "portal/accounts/login": ("portal.accounts.views", "portal.accounts.admin", "portal.accounts.signup"),
    "portal/accounts/sessions": (
        "portal.accounts.views",
        "portal.accounts.admin",
        "portal.accounts.forms",
        "portal.accounts.login",
        "portal.accounts.signup",
    ),
    "portal/accounts/signup": ("portal.accounts.views", "portal.accounts.admin", "portal.accounts.forms"),
    "portal/accounts/audit": (
        "portal.accounts.admin",
        "portal.accounts.emails",
        "portal.accounts.federation",
        "portal.accounts.forms",
        "portal.accounts.login",
        "portal.accounts.permissions",
        "portal.accounts.signup",
        "portal.accounts.views",
    ),
    "portal/accounts/personal_data": (
        "portal.accounts.admin",
        "portal.accounts.federation",
        "portal.accounts.forms",
        "portal.accounts.login",
        "portal.accounts.views",
    ),
    "portal/accounts/permissions.py": (
        "portal.accounts.federation",
        "portal.accounts.forms",
        "portal.accounts.login",
        "portal.accounts.signup",
        "portal.accounts.views",
    ),
    "portal/accounts/admin": ("portal.accounts.federation", "portal.accounts.login", "portal.accounts.views"),
    "portal/accounts/federation": (
        "portal.accounts.forms",
        "portal.accounts.permissions",
        "portal.accounts.views",
    ),
    "portal/accounts/federation/handoff": ("portal.accounts.federation.oidc",),
    "portal/accounts/federation/oidc": ("portal.accounts.federation.handoff",),
    # The model of a company's key imports it.
    "portal/accounts/federation/handoff/key_validation.py": ("portal", "inbox"),
    "portal/embed": (
        "inbox.gateway",
        "inbox.models",
        "inbox.outgoing",
        "inbox.securemail",
        "inbox.resilience.channel",
        "inbox.views",
        "portal.sandbox",
        "requests",
    ),
    "portal/embed/origins.py": ("portal.accounts", "portal.embed"),
    "portal/embed/models.py": ("inbox", "portal.accounts", "portal.embed.frames", "portal.embed.views"),
    "portal/embed/frames.py": ("inbox", "portal.accounts", "portal.embed.middleware", "portal.embed.views"),
    "portal/embed/frame_policy.py": ("inbox", "portal.embed.middleware", "portal.embed.views"),
    "portal/embed/views": ("inbox", "portal.embed.admin", "portal.embed.doctor", "portal.embed.middleware"),
    "portal/embed/doctor": ("inbox", "portal.embed.admin", "portal.embed.views"),
    # Pure functions of text: what the doctor parses comes from strangers, and is tested without a database.
    "portal/embed/doctor/csp.py": ("django", "inbox", "portal"),
    "portal/embed/doctor/markup.py": ("django", "inbox", "portal"),
    "portal/sandbox": (
        "inbox",
        "portal.accounts",
        "portal.demo",
        "portal.embed",
        "portal.settings",
        "requests",
    ),
    "portal/sandbox/store.py": ("django.http", "portal.sandbox.api", "portal.sandbox.control"),
    # The demo talks to the sandbox over HTTP, and fills the portal with management commands.
    "portal/demo": ("inbox", "portal.sandbox", "requests"),
}
# The demo's website stands for a company's own server: these are the only modules of the project it may import.
ALLOWED = {"portal/demo/website": ("portal.demo.website", "portal.demo.cast", "portal.demo.data_folder")}
# Modules that import nothing of ours, and that every module may import.
LEAVES = ("portal.guarded_http",)
_OTHER_SERVERS = ("inbox/securemail", "portal/guarded_http.py", "portal/accounts/federation/http.py")
# Modules that only these places may import.
RESERVED = {
    "requests": _OTHER_SERVERS,
    "urllib3": _OTHER_SERVERS,
    "inbox.gateway": (
        "inbox/access.py",
        "inbox/checks.py",
        "inbox/resilience/channel.py",
        "inbox/management/commands/check_securemail.py",
    ),
    "inbox.resilience.channel": ("inbox/access.py",),
    "inbox.outgoing.transitions": ("inbox/outgoing",),
    # No page or command outside the admin depends on it.
    "portal.accounts.admin": ("portal/accounts/admin", "portal/embed/admin.py", "inbox/admin.py"),
    "portal.demo": ("portal/demo", "portal/management/commands/demo.py"),
    "django.utils.safestring": ("inbox/rendering.py",),
}
