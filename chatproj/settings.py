"""Django's settings for the chat. Everything a deployment may change comes from the environment (see README)."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from . import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

# --- The deployment -------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret_key(VAR_DIR / "secret_key")
ALLOWED_HOSTS = [*env.hosts("ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]  # a monitor may ask from here
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

# Whom to believe when they say for whom they ask, and whether over https.
TRUSTED_PROXIES = env.addresses("TRUSTED_PROXIES", ["127.0.0.1", "::1"])

# One switch for a deployment behind TLS: the proxy speaks https to people and tells us so.
HTTPS = env.flag("HTTPS", False)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.count("HSTS_SECONDS", 31_536_000 if HTTPS else 0, 0, 2**31)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if HTTPS else None  # browsers ignore it without TLS, with a warning
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS

# Several processes, on one machine or several, share one chat by way of Redis.
REDIS_URL = env.redis_url()
WEB_CONCURRENCY = env.count("WEB_CONCURRENCY", 1, 1, 64)
if WEB_CONCURRENCY > 1 and not REDIS_URL:
    raise ImproperlyConfigured(
        f"WEB_CONCURRENCY is {WEB_CONCURRENCY}, and REDIS_URL is not set: several processes need Redis, or nobody would"
        " see who is online in another one, and messages would come late."
    )

# What operators see: who may read /metrics, how the log looks, and whether it has a line for each request.
METRICS_ALLOWED = env.addresses("METRICS_ALLOWED", ["127.0.0.1", "::1"])
LOG_FORMAT = env.choice("LOG_FORMAT", "line", ("line", "json"))
ACCESS_LOG = env.flag("ACCESS_LOG", False)

# --- The limits (each has a line in the README) ---------------------------------------------------

MAX_SOCKETS = env.count("MAX_SOCKETS", 10_000, 1, 100_000)
MAX_SOCKETS_PER_USER = env.count("MAX_SOCKETS_PER_USER", 20, 1, 10_000)
MAX_ROOMS_PER_USER = env.count("MAX_ROOMS_PER_USER", 1_000, 1, 5_000)  # a greeting names them all, in one outbox
ARRIVALS_AT_ONCE = env.count("ARRIVALS_AT_ONCE", 4, 1, 1_000)
HTTP_THREADS = env.count("HTTP_THREADS", 64, 4, 1_000)
DB_MAX_CONNECTIONS = env.count("DB_MAX_CONNECTIONS", 5, 2, 10_000)
DB_WAIT_SECONDS = env.number("DB_WAIT_SECONDS", 20, 0.1, 300)
MESSAGE_MAX_CHARS = env.count("MESSAGE_MAX_CHARS", 4_000, 1, 60_000)
WEBSOCKET_MAX_MESSAGE_BYTES = env.count("WEBSOCKET_MAX_MESSAGE_BYTES", 64 * 1024, 1_024, 2**30)
OUTBOX_MAX_BYTES = env.count("OUTBOX_MAX_BYTES", 1024 * 1024, 64 * 1024, 2**30)
WEBSOCKET_PING_SECONDS = env.number("WEBSOCKET_PING_SECONDS", 20, 0.1, 3_600)
WEBSOCKET_CLOSE_SECONDS = env.number("WEBSOCKET_CLOSE_SECONDS", 2, 0.1, 60)
SEND_RATE = env.number("SEND_RATE", 20, 0.1, 1_000_000)
SEND_BURST = env.count("SEND_BURST", 100, 1, 1_000_000)
FRAME_RATE = env.number("FRAME_RATE", 5 * SEND_RATE, 0.1, 10_000_000)
FRAME_BURST = env.count("FRAME_BURST", 5 * SEND_BURST, 1, 10_000_000)
MARK_SECONDS = env.number("MARK_SECONDS", 1, 0.05, 60)
TYPING_MAX_PEOPLE = env.count("TYPING_MAX_PEOPLE", 100, 0, 10_000)
PRESENCE_SECONDS = env.number("PRESENCE_SECONDS", 1, 0.05, 60)
PRESENCE_GRACE_SECONDS = env.number("PRESENCE_GRACE_SECONDS", 5, 0, 300)
PRESENCE_MAX_PEOPLE = env.count("PRESENCE_MAX_PEOPLE", 200, 1, 10_000)
PRESENCE_LEASE_SECONDS = env.number("PRESENCE_LEASE_SECONDS", 6, 0.5, 300)
LOG_CHECK_SECONDS = env.number("LOG_CHECK_SECONDS", 0.9, 0.05, 60)
SESSION_CHECK_SECONDS = env.number("SESSION_CHECK_SECONDS", 30, 0.1, 60)
COMMIT_GATHER_SECONDS = env.number("COMMIT_GATHER_SECONDS", 0.03, 0, 10)
COMMIT_MAX_EVENTS = env.count("COMMIT_MAX_EVENTS", 200, 1, 10_000)
COMMIT_QUEUE_EVENTS = env.count("COMMIT_QUEUE_EVENTS", 10_000, 1, 1_000_000)
COMMIT_WAIT_SECONDS = env.number("COMMIT_WAIT_SECONDS", 10, 0.1, 120)
SEARCH_MAX_TERMS = env.count("SEARCH_MAX_TERMS", 4_000, 1, 10_000)
SEARCH_MAX_CANDIDATES = env.count("SEARCH_MAX_CANDIDATES", 5_000, 100, 1_000_000)
SIGNIN_FREE_FAILURES = env.count("SIGNIN_FREE_FAILURES", 5, 1, 1_000)
SIGNIN_MAX_WAIT_SECONDS = env.count("SIGNIN_MAX_WAIT_SECONDS", 900, 1, 86_400)
REGISTRATION_OPEN = env.flag("REGISTRATION_OPEN", True)
DATA_UPLOAD_MAX_MEMORY_SIZE = env.count("REQUEST_MAX_BYTES", 256 * 1024, 1_024, 2**30)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
FILE_UPLOAD_HANDLERS = ["Dweb.uploads.RefuseFiles"]

# --- Django ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "Dweb",  # before staticfiles and auth, so that our runserver is the one that runs
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "Dweb.trace.TraceMiddleware",
    "Dweb.headers.WorkMiddleware",
    "Dweb.headers.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # before all that may refuse: refusals are sentences, too
    "Dweb.headers.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "Dweb.errors.ErrorMiddleware",
    "Dweb.ws.middleware.WebSocketMiddleware",
]
# dwebsocket reads this old name to learn that its middleware is installed; Django itself ignores it.
MIDDLEWARE_CLASSES = ["dwebsocket.middleware.WebSocketMiddleware"]
WEBSOCKET_FACTORY_CLASS = "Dweb.ws.factory.WebSocketFactory"

ROOT_URLCONF = "chatproj.urls"
WSGI_APPLICATION = "chatproj.wsgi.application"
DATABASES = {"default": env.database(VAR_DIR / "dweb.sqlite3", DB_MAX_CONNECTIONS, DB_WAIT_SECONDS)}
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
            ],
        },
    },
]

AUTH_USER_MODEL = "Dweb.User"
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
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # so that nobody pushes their own failures out with others
    }
}
if REDIS_URL:  # failed sign-ins count for all servers together
    CACHES["default"] = {"BACKEND": "Dweb.shared_cache.SharedCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "dweb"}
SESSION_ENGINE = "Dweb.session_store"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "news_chat"
LOGOUT_REDIRECT_URL = "sign_in"
CSRF_FAILURE_VIEW = "Dweb.errors.csrf_failure"

# What the person chose, or else their browser; the sentences are in locale/ (see docs/languages.md).
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS

TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = os.environ.get("ASSETS_DIR")  # `manage.py serve` prepares it; without it files are served as written
WHITENOISE_USE_FINDERS = True  # the files as they were written are there in any case
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "Dweb.assets.AssetStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# What a client did wrong is worth a line, not a traceback. gunicorn logs likewise.
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
