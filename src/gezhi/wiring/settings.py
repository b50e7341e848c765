"""Settings: one file that reads the environment. Every variable is described in `Env`."""

from __future__ import annotations

import os
from pathlib import Path

from gezhi.wiring import env
from gezhi.wiring.themes import THEMES

ROOT = Path(__file__).resolve().parents[3]
VAR = env.path("GEZHI_VAR", ROOT / "var" / "test" if env.testing() else ROOT / "var")
"""Where the installation keeps everything it makes: database, files, logs of roots."""
KEY_FOLDER = env.path("GEZHI_KEYS", VAR / "keys")
"""The key folder: outside the database, to be backed up apart from it."""
FILES = env.path("GEZHI_FILES", VAR / "files")
"""Uploaded sheets, photos and papers, and made workbooks, sealed; never served as they lie."""

UPLOAD_MEGABYTES = env.number("GEZHI_UPLOAD_MEGABYTES", 20)
"""The largest photo or paper taken in with a case, a filing or any other matter."""
SCANNER = os.environ.get("GEZHI_SCANNER", "")
"""A virus scanner every file passes first: `unix:/run/clamav/clamd.ctl`, `tcp:127.0.0.1:3310`, or
`command:PROGRAM ...` (reads standard input; ends with 0 for clean, 1 for found). Empty: none. While
it does not answer, no file is taken in."""
S3 = os.environ.get("GEZHI_S3", "")
"""A store that speaks S3 for photos and papers, as `https://host/bucket`; empty: `GEZHI_FILES`."""
S3_KEY = os.environ.get("GEZHI_S3_KEY", "")
"""The access key of that store."""
S3_SECRET = os.environ.get("GEZHI_S3_SECRET", "")
"""Its secret key."""

IMPORT_MEGABYTES = env.number("GEZHI_IMPORT_MEGABYTES", 50)
"""The largest sheet taken in."""
IMPORT_ROWS = env.number("GEZHI_IMPORT_ROWS", 300_000)
"""The most rows a file may have, all its sheets together."""
IMPORT_READER_MEGABYTES = env.number("GEZHI_IMPORT_READER_MEGABYTES", 400)
"""Memory at which the process that opens a sheet is ended: with the server's own, 512."""
IMPORT_KEEP_DAYS = env.number("GEZHI_IMPORT_KEEP_DAYS", 30)
"""How long an imported sheet is kept, and the import can be taken back."""
REGRID_DAYS_AHEAD = env.number("GEZHI_REGRID_DAYS_AHEAD", 730)
"""How far ahead a change of grids or communities may be set to take effect."""

DEBUG = env.flag("GEZHI_DEBUG")
"""Fault pages with details, unhashed files. Never set on a real installation."""
DEMO = env.flag("GEZHI_DEMO")
"""The cast may sign in by a click. Never set on a real installation."""
SECRET_KEY = env.secret("GEZHI_SECRET_KEY", VAR / "secret-key")
"""What sessions and forms are signed with; made on first use, mode 0600."""
ALLOWED_HOSTS = env.words(
    "GEZHI_HOSTS", "localhost 127.0.0.1 [::1] fengyang.localhost district.localhost testserver"
)
"""Host names it answers to; each cell's own hosts besides."""
CSRF_TRUSTED_ORIGINS = env.words("GEZHI_TRUSTED_ORIGINS", "")
"""Origins whose forms are taken besides its own, as `https://host`."""

CIPHER_SUITE = env.choice("GEZHI_CIPHERS", "international", ("international", "gm"))
"""international: AES-256-GCM and SHA-256; gm: SM4-GCM and SM3 (国密)."""
TILE_URL = os.environ.get("GEZHI_TILE_URL", "")
"""A map background as `https://host/{z}/{x}/{y}.png`; empty draws the boundaries alone."""

PUBLIC_PER_ADDRESS = env.number("GEZHI_PUBLIC_PER_ADDRESS", 60)
"""Reports taken without sign-in from one network address in an hour; many share a mobile one."""
PUBLIC_PER_DEVICE = env.number("GEZHI_PUBLIC_PER_DEVICE", 10)
"""Reports taken without sign-in from one browser in a day."""
PUBLIC_PER_PLACE = env.number("GEZHI_PUBLIC_PER_PLACE", 30)
"""New cases taken without sign-in in one grid in an hour; joining one does not count."""
PUBLIC_PER_PHONE = env.number("GEZHI_PUBLIC_PER_PHONE", 5)
"""Reports taken without sign-in under one telephone number, which nobody verified, in a day."""
PUBLIC_WRONG_CODES = env.number("GEZHI_PUBLIC_WRONG_CODES", 10)
"""Wrong look-up codes of cases from one address in a quarter of an hour; of one case four times."""
PUBLIC_FILL_SECONDS = env.number("GEZHI_PUBLIC_FILL_SECONDS", 3)
"""Seconds it takes at least to fill in a report: who is quicker is asked to send it again."""
PUBLIC_HIDES = env.words("GEZHI_PUBLIC_HIDES", "e21 e23 e24 e25 e0409 e0502")
"""Categories on no public map and offered to nobody: `e` or `c` (event, component) and a code or
its beginning. First those that could tell of a person: disputes, welfare, registration, illness."""
PUBLIC_MAP_DAYS = env.number("GEZHI_PUBLIC_MAP_DAYS", 30)
"""How long a closed case stays on the public map."""

WEBHOOK_NETWORKS = env.words("GEZHI_WEBHOOK_NETWORKS", "")
"""Networks of one's own that events may be sent to besides the world's, as `10.20.0.0/16`."""
WEBHOOK_CA = os.environ.get("GEZHI_WEBHOOK_CA", "")
"""A file of certificates trusted besides the world's, for receivers with certificates of one's own.
"""

# --- areas, lowest first -------------------------------------------------------------
DJANGO_IN_EVERY_CELL = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
)
CORE_IN_EVERY_CELL = (
    "gezhi.core.journal",
    "gezhi.core.notices",
    "gezhi.core.office",
    "gezhi.core.places",
    "gezhi.core.privacy",
    "gezhi.core.registry",
    "gezhi.core.staff",
)
ENGINES_IN_EVERY_CELL = (
    "gezhi.engines.indicators",
    "gezhi.engines.matters",
    "gezhi.engines.webhooks",
)
SERVICES_IN_EVERY_CELL = ("gezhi.services.cases", "gezhi.services.filings")
SHARED_APPS = (
    "django_tenants",
    "gezhi.core.cells",
    "procrastinate.contrib.django",
    *DJANGO_IN_EVERY_CELL,
    # The district signs its own staff in and journals their acts, in the public schema.
    "gezhi.core.journal",
    "gezhi.core.notices",
    "gezhi.core.places",
    "gezhi.core.staff",
)
TENANT_APPS = (
    *DJANGO_IN_EVERY_CELL,
    *CORE_IN_EVERY_CELL,
    *ENGINES_IN_EVERY_CELL,
    *SERVICES_IN_EVERY_CELL,
)
INSTALLED_APPS = [
    *SHARED_APPS,
    *(app for app in TENANT_APPS if app not in SHARED_APPS),
    "django.contrib.staticfiles",
    "django.contrib.messages",
    "django_htmx",
    "gezhi.base.ui",
    "gezhi.wiring.demo",
]
TENANT_MODEL = "cells.Cell"
TENANT_DOMAIN_MODEL = "cells.Host"
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)
PUBLIC_SCHEMA_NAME = "public"
AUTH_USER_MODEL = "staff.Account"
SESSION_ENGINE = "gezhi.core.staff.sessions"

# --- database ------------------------------------------------------------------------
POOL = env.flag("GEZHI_POOL", default=True)
"""Keep database connections open between requests."""
DATABASES = {"default": env.database(VAR, pool=POOL)}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- web -----------------------------------------------------------------------------
WEB_WORKERS = env.number("GEZHI_WEB_WORKERS", 2)
"""Processes that answer requests."""
WEB_THREADS = env.number("GEZHI_WEB_THREADS", 4)
"""Requests each of them answers at a time."""
ROOT_URLCONF = "gezhi.wiring.urls"
PUBLIC_SCHEMA_URLCONF = "gezhi.wiring.urls_district"
WSGI_APPLICATION = "gezhi.wiring.wsgi.application"
MIDDLEWARE = [
    "gezhi.wiring.middleware.RequestId",
    "gezhi.wiring.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gezhi.core.cells.middleware.CellOfHost",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "gezhi.core.staff.middleware.ActorOfSession",
    "gezhi.core.staff.tokens.ActorOfToken",
    "gezhi.core.privacy.middleware.ResidentOfSession",
    "gezhi.wiring.demo.middleware.FrontDoor",
    "django_htmx.middleware.HtmxMiddleware",
    "gezhi.base.pages.refusals.RefusalPages",
    "gezhi.core.journal.middleware.OnlyOnce",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "gezhi.wiring.context.layout",
            ],
        },
    }
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["gezhi.core.staff.backends.AccountBackend"]
LOGIN_URL = "/sign-in/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
IDLE_MINUTES = env.number("GEZHI_IDLE_MINUTES", 30)
"""Signed out after so many minutes without a request (classified protection level 3: 15-30)."""
TLS = env.flag("GEZHI_TLS")
"""Set behind a proxy that ends TLS: secure cookies, HSTS."""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
GEZHI_PROXIES = frozenset(env.words("GEZHI_PROXIES", ""))
"""Addresses of the proxies in front, whose word about the client's address is believed."""
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = None
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

GEZHI_THEMES = THEMES
GEZHI_LINKS = {
    "home": "home",
    "search": "registry.search",
    "todo": "notices.todo",
    "notices": "notices.list",
    "account": "staff.account",
    "sign_in": "staff.sign_in",
    "sign_out": "staff.sign_out",
    "second_factor": "staff.second_factor",
    "own_file": "my.file",
    "residents": "cases.public",
}
"""The pages that the frame around every page links to; one that is missing is left out."""
CSRF_FAILURE_VIEW = "gezhi.base.pages.refusals.csrf_failed"

STATIC_URL = "/static/"
STATICFILES_DIRS = [("vendor", ROOT / "src" / "gezhi" / "base" / "ui" / "vendor")]
STATIC_ROOT = env.path("GEZHI_STATIC", VAR / "static")
"""Where hashed static files are gathered."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG and not env.testing()
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or env.testing()

# --- language, time ------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src" / "gezhi" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = "gezhi.wiring.formats"

# --- logs ----------------------------------------------------------------------------
LOGGING_CONFIG = "gezhi.wiring.logs.configure"
LOGGING = {"level": os.environ.get("GEZHI_LOG_LEVEL", "INFO"), "json": not DEBUG}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
