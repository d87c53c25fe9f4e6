"""Settings of the register. The environment supplies secrets and addresses; a rule of law is never a setting.

Environment (docs/operations.md explains each):
    DATABASE_URL         a PostgreSQL server; without it the private cluster of `gplx.pgdev`
    GPLX_DEMO            1: demo people, movable clock, sandbox partners. 0: in service. Without it 1, except that it
                         must be said where DATABASE_URL names a server
    GPLX_SECRET_KEY      required when GPLX_DEMO is 0, 50 characters or more
    GPLX_HOSTS           comma-separated host names, required when GPLX_DEMO is 0
    GPLX_BASE_URL        the public address (https://...), required when GPLX_DEMO is 0
    GPLX_BEHIND_PROXY    1: a proxy of ours ends TLS; what it says of scheme and address is believed
    GPLX_LAW             the profile this installation runs under (reading 1)
    GPLX_AUTHORITY, GPLX_AUTHORITY_SUPERIOR, GPLX_AUTHORITY_PLACE   the letterhead of papers
    GPLX_CITIZEN_ISSUER, GPLX_OFFICER_ISSUER, GPLX_OIDC_CLIENT_ID, GPLX_OIDC_CLIENT_SECRET   identity providers
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

from gplx import pgdev
from gplx.law.profiles import DEFAULT_PROFILE, profile

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET_KEY_LENGTH_MIN = 50


def _is_demo() -> bool:
    """Whether this is a demo. A server that somebody set up for real data never becomes one by forgetting a word."""
    said = os.environ.get("GPLX_DEMO", "")
    if said not in ("", "0", "1"):
        raise ImproperlyConfigured("GPLX_DEMO is 0 (a register in service) or 1 (a demo).")
    if not said and os.environ.get("DATABASE_URL"):
        raise ImproperlyConfigured(
            "DATABASE_URL is set, so say what this register is: GPLX_DEMO=0 in service, GPLX_DEMO=1 for a demo"
            " with invented people (docs/operations.md)."
        )
    return said != "0"


DEMO = _is_demo()
DEBUG = False


def _required(name: str, demo_value: str) -> str:
    """An environment variable that must be set in service; the demo has a value of its own."""
    value = os.environ.get(name)
    if value:
        return value
    if DEMO:
        return demo_value
    raise ImproperlyConfigured(f"Set {name}: a register in service cannot start without it (docs/operations.md).")


SECRET_KEY = _required("GPLX_SECRET_KEY", "demo-only-secret-key-not-for-service-0123456789abcdef")
if not DEMO and len(SECRET_KEY) < SECRET_KEY_LENGTH_MIN:
    raise ImproperlyConfigured(f"GPLX_SECRET_KEY must have {SECRET_KEY_LENGTH_MIN} random characters or more.")
ALLOWED_HOSTS = _required("GPLX_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
LAW_PROFILE = profile(os.environ.get("GPLX_LAW", DEFAULT_PROFILE.id)).id
PORT = int(os.environ.get("GPLX_PORT", "8000"))
SANDBOX_PORT = int(os.environ.get("GPLX_SANDBOX_PORT", "8001"))
SANDBOX_URL = f"http://127.0.0.1:{SANDBOX_PORT}"
BASE_URL = _required("GPLX_BASE_URL", f"http://127.0.0.1:{PORT}")
if not DEMO and urlsplit(BASE_URL).scheme != "https":
    raise ImproperlyConfigured("GPLX_BASE_URL must begin with https://: a register in service is reached by TLS only.")

# The letterhead of papers.
AUTHORITY = os.environ.get("GPLX_AUTHORITY", "Sổ đăng ký giấy phép lái xe")
AUTHORITY_SUPERIOR = os.environ.get("GPLX_AUTHORITY_SUPERIOR", "")
AUTHORITY_PLACE = os.environ.get("GPLX_AUTHORITY_PLACE", "Hà Nội" if DEMO else "")

CITIZEN_ISSUER = _required("GPLX_CITIZEN_ISSUER", f"{SANDBOX_URL}/citizen")
OFFICER_ISSUER = _required("GPLX_OFFICER_ISSUER", f"{SANDBOX_URL}/officer")
OIDC_CLIENT_ID = _required("GPLX_OIDC_CLIENT_ID", "gplx")
OIDC_CLIENT_SECRET = _required("GPLX_OIDC_CLIENT_SECRET", "demo-oidc-secret")
# Without a server for mail or a gateway for short messages nobody is told that way; the pages do not offer it.
SMTP_URL = os.environ.get("GPLX_SMTP_URL", f"smtp://127.0.0.1:{SANDBOX_PORT + 1}" if DEMO else "")
MAIL_FROM = os.environ.get("GPLX_MAIL_FROM", "Cảnh sát giao thông <thong-bao@csgt.example>" if DEMO else "")
SMS_URL = os.environ.get("GPLX_SMS_URL", f"{SANDBOX_URL}/sms" if DEMO else "")
SMS_KEY = os.environ.get("GPLX_SMS_KEY", "demo-sms-key" if DEMO else "")
if SMTP_URL and not MAIL_FROM:
    raise ImproperlyConfigured(
        "Set GPLX_MAIL_FROM: who sends the mail that GPLX_SMTP_URL carries (docs/operations.md)."
    )
if SMS_URL and not SMS_KEY:
    raise ImproperlyConfigured("Set GPLX_SMS_KEY: the key of the gateway of GPLX_SMS_URL (docs/operations.md).")
if SMS_URL and not DEMO and urlsplit(SMS_URL).scheme != "https":
    raise ImproperlyConfigured("GPLX_SMS_URL must begin with https://: key and numbers travel there.")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
    "ninja",
    "gplx.accounts",
    "gplx.audit",
    "gplx.files",
    "gplx.wallet",
    "gplx.notices",
    "gplx.questions",
    "gplx.licences",
    "gplx.points",
    "gplx.sanctions",
    "gplx.health",
    "gplx.mailroom",
    "gplx.dossiers",
    "gplx.exams",
    "gplx.sittings",
    "gplx.portal",
    "gplx.desk",
    "gplx.api",
    "gplx.demo",
]

MIDDLEWARE = [
    "gplx.project.middleware.Border",
    "gplx.api.transport.ApiTransport",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gplx.portal.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gplx.accounts.middleware.SessionEndMiddleware",
    "gplx.portal.privacy.PrivacyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "gplx.project.urls"
WSGI_APPLICATION = "gplx.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gplx.portal.context.page",
            ],
        },
    }
]


# Statements whose plan is kept (gplx.database) read by keys, one row or ten thousand: planning each call would cost
# more than running it. Statements of Django's own are not of that kind, and are planned each time.
PLANS = "-c plan_cache_mode=force_generic_plan"
# A program that fell asleep in the middle of a transaction loses its connection, and with it its locks (F09).
LOCKS = "-c idle_in_transaction_session_timeout=100s"


def database(url: str) -> dict[str, object]:
    """Django's form of a PostgreSQL address."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # A server that does not answer at all is noticed before the reader gives up.
        "OPTIONS": {
            "connect_timeout": 5,
            **query,
            "prepare_threshold": 2,
            "options": f"{query.get('options', '')} {PLANS} {LOCKS}".strip(),
        },
    }


# Importing the settings computes the address only; `gplx.pgdev` starts the server when a command needs it.
DATABASES = {"default": database(pgdev.database_url("gplx", start=False))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["gplx.accounts.backends.IdentityBackend"]
LOGIN_URL = "sign_in"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / ".data" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Source maps are for developers: compressing them would take longer than all the rest.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
MEDIA_ROOT = Path(os.environ.get("GPLX_FILES", ROOT / ".data" / "files"))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "gplx.portal.views.open_pages.token_missing"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not DEMO:
    SESSION_COOKIE_NAME, SESSION_COOKIE_SECURE = "__Host-session", True
    CSRF_COOKIE_NAME, CSRF_COOKIE_SECURE = "__Host-csrf", True
    SECURE_SSL_REDIRECT, SECURE_HSTS_SECONDS = True, 31_536_000
# What watches the register asks it directly, not by the proxy.
SECURE_REDIRECT_EXEMPT = [r"^api/v1/(?:health|ready)$"]
BEHIND_PROXY = os.environ.get("GPLX_BEHIND_PROXY") == "1"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The largest body that is read at once is a batch of decisions; files go to the disk beyond the second limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


CSRF_TRUSTED_ORIGINS = [_origin(BASE_URL)]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        # Browsers check redirects after a form too: signing in leaves for the identity providers.
        "form-action": ["'self'", *sorted({_origin(CITIZEN_ISSUER), _origin(OFFICER_ISSUER)})],
    }
}

PROCRASTINATE_ON_APP_READY = "gplx.project.jobs.on_app_ready"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"no_addresses": {"()": "gplx.project.logs.NoAddresses"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_addresses"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("GPLX_LOG_LEVEL", "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}, "mail.log": {"level": "WARNING"}},  # The latter: the sandbox.
}
