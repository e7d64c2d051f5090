"""Django's settings: variables of the environment (env.py), limits (limits.py), and settings that are fixed."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from . import databases, files, limits, secret_key
from .env import env
from .limits import *  # noqa: F403 - each limit is a setting

# Every command and every server loads these settings: the files that it makes are for this user alone.
PRIVATE_UMASK = 0o077
os.umask(PRIVATE_UMASK)

VERSION = "2026-12-01"  # the newest date of CHANGELOG.md
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

# --- The deployment -------------------------------------------------------------------------------

DEBUG = env("DEBUG")
SECRET_KEY = env("SECRET_KEY", default=None) or secret_key.kept_in(VAR_DIR / "secret_key")
ALLOWED_HOSTS = [*env("ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]  # a monitor on this machine
CSRF_TRUSTED_ORIGINS = env("CSRF_TRUSTED_ORIGINS")

# Proxies whose X-Forwarded-* headers and X-Request-ID count. Any program on this machine can connect from 127.0.0.1, so
# that is no proxy unless it is named.
TRUSTED_PROXIES = env("TRUSTED_PROXIES")

# One switch for a deployment behind TLS: the proxy speaks https to browsers and sends X-Forwarded-Proto.
HTTPS = env("HTTPS")
if HTTPS and not TRUSTED_PROXIES:
    raise ImproperlyConfigured(
        "HTTPS is yes, and TRUSTED_PROXIES is not set: give it the address of the proxy that ends TLS (127.0.0.1, if it"
        " is on this machine). Otherwise every request seems to be plain HTTP, and to come from the proxy."
    )
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if HTTPS else None  # browsers ignore it without TLS, with a warning
# Whether the other names of this domain speak https, too, only the operator knows: docs/settings.md says how to ask for
# SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_PRELOAD. `check --deploy` would have both.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# A browser takes a cookie with this prefix from this host alone, over https: a neighbouring host cannot set it.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"

# Several processes, on one machine or on several, share one chat over Redis.
REDIS_URL = env("REDIS_URL")
WEB_CONCURRENCY = env("WEB_CONCURRENCY")
if WEB_CONCURRENCY > 1 and not REDIS_URL:
    raise ImproperlyConfigured(
        f"WEB_CONCURRENCY is {WEB_CONCURRENCY}, and REDIS_URL is not set: several processes need Redis, or nobody would"
        " see who is online in another one, and messages would come late."
    )

# Addresses that may read /metrics; the form of the log, and whether each request has a line in it.
METRICS_ALLOWED = env("METRICS_ALLOWED")
LOG_FORMAT = env("LOG_FORMAT")
ACCESS_LOG = env("ACCESS_LOG")

# --- The settings of the place that its admins cannot change ---------------------------------------

PLACE = {**env("PLACE")}
if (
    is_open := env("REGISTRATION_OPEN", default=None)
) is not None:  # of versions without PLACE: no update opens a server
    pinned = "open" if is_open else "closed"
    if PLACE.setdefault("registration", pinned) != pinned:
        raise ImproperlyConfigured(
            f"REGISTRATION_OPEN says that registration is {pinned}, and PLACE says {PLACE['registration']}: leave"
            " REGISTRATION_OPEN out."
        )

# --- The limits that an operator changes, and those that follow from others -----------------------

MAX_SOCKETS = env("MAX_SOCKETS")
MAX_SOCKETS_PER_USER = env("MAX_SOCKETS_PER_USER")
DB_MAX_CONNECTIONS = env("DB_MAX_CONNECTIONS")
SEND_RATE = env("SEND_RATE")
SEND_BURST = env("SEND_BURST")
FRAME_RATE = limits.FRAMES_PER_MESSAGE * SEND_RATE
FRAME_BURST = limits.FRAMES_PER_MESSAGE * SEND_BURST
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.REQUEST_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = limits.REQUEST_MAX_FIELDS
FILE_UPLOAD_HANDLERS = ["Dweb.views.uploads.RefuseFiles"]
FORMER_VARIABLES = [*limits.__all__, "ARRIVALS_AT_ONCE", "FRAME_RATE", "FRAME_BURST"]  # serve warns of them

# --- Django ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "Dweb",  # before staticfiles, whose runserver would take the place of ours
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "Dweb.views.middleware.TraceMiddleware",
    "Dweb.views.middleware.ReleaseMiddleware",
    "Dweb.views.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "Dweb.views.middleware.PolicyMiddleware",  # before static files are answered
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # before all that may refuse a request: refusals are translated
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "Dweb.views.bearer.BearerMiddleware",  # before the check of CSRF tokens, which programs have not
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "Dweb.views.middleware.DeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "Dweb.views.errors.ErrorMiddleware",
    "Dweb.views.errors.SocketMiddleware",
]
# dwebsocket reads this old name to learn that its middleware is installed; Django itself ignores it.
MIDDLEWARE_CLASSES = ["dwebsocket.middleware.WebSocketMiddleware"]
WEBSOCKET_FACTORY_CLASS = "Dweb.ws.factory.WebSocketFactory"

ROOT_URLCONF = "chatproj.urls"
WSGI_APPLICATION = "chatproj.wsgi.application"
TEST_RUNNER = "tests.support.runner.Runner"
DATABASES = {
    "default": databases.entry(
        env("DATABASE_URL", default=databases.file(VAR_DIR / "dweb.sqlite3")), DB_MAX_CONNECTIONS
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "template"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "Dweb.views.place.context",
            ],
        },
    },
]

AUTH_USER_MODEL = "Dweb.User"
PASSWORD_HASHERS = ["Dweb.accounts.hashers.Argon2", "Dweb.accounts.hashers.PBKDF2"]
PASSWORD_RESET_TIMEOUT = limits.PASSWORD_LINK_SECONDS
AUTHENTICATION_BACKENDS = ["Dweb.accounts.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ["account", "username"]}),
        ("MinimumLengthValidator", {}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
CACHES = {
    "default": {
        "BACKEND": "Dweb.cluster.local_cache.LocalCache",
        "OPTIONS": {"MAX_ENTRIES": limits.CACHE_MAX_ENTRIES},
    }
}
if REDIS_URL:  # failed sign-ins and registrations count for all servers together
    CACHES["default"] = {
        "BACKEND": "Dweb.cluster.shared_cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "dweb",
    }
SESSION_ENGINE = "Dweb.accounts.session_store"
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}device"  # accounts/devices
WAITING_COOKIE_NAME = f"{COOKIE_PREFIX}waiting"  # accounts/approval
DEVICE_COOKIE_AGE = 31_536_000
HANDOVER_COOKIE_NAME = f"{COOKIE_PREFIX}handover"  # accounts/handover
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "news_chat"
LOGOUT_REDIRECT_URL = "sign_in"
CSRF_FAILURE_VIEW = "Dweb.views.errors.csrf_failure"

# A user's choice, or else the browser's; the sentences are in locale/ (docs/languages.md).
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS

TIME_ZONE = "UTC"
USE_TZ = True

FILE_UPLOAD_PERMISSIONS = 0o600  # of prepared assets as well; Django's own default ignores the umask
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = os.environ.get("ASSETS_DIR")  # `manage.py serve` prepares it; without it, static/ is served unchanged
PAGE_VERSION = Path(STATIC_ROOT or "").name  # hashes scripts, styles and icons; "" while static/ is served unchanged
WHITENOISE_USE_FINDERS = True  # serves the unchanged files, too
WHITENOISE_AUTOREFRESH = DEBUG
# The files that people send, and the folder of what is on its way.
UPLOAD_DIR = VAR_DIR / "files" / "incoming"  # on the disk of the files: a rename moves what has come
FILES_ORIGIN = files.origin(env("FILES_URL"))  # of a bucket, or ""
FILES_ACCEL = files.accel(env("FILES_URL"))  # an internal address of nginx, or ""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": files.storage(env("FILES_URL"), VAR_DIR / "files"),
    "staticfiles": {
        "BACKEND": "Dweb.operations.assets.AssetStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# A client's error has a line without a traceback. gunicorn has the same configuration.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "chatproj.logs.RequestId"},
        "without_traceback": {"()": "chatproj.logs.WithoutTraceback"},
        "faults": {"()": "chatproj.logs.Faults"},
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s]: %(message)s"},
        "json": {"()": "chatproj.logs.Json"},
    },
    "handlers": {
        name: {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request_id", *filters]}
        for name, filters in (("stderr", []), ("faults", ["faults"]), ("client_errors", ["without_traceback"]))
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.request": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["client_errors"], "level": "INFO", "propagate": False},
        "dweb.access": {"level": "INFO" if ACCESS_LOG else "WARNING"},
        "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
        "websockets": {"level": "CRITICAL"},
    },
}
