"""All settings, in one file, from the environment alone.

Every variable is read by a typed reader that refuses a wrong value. `DIGEST_ENV=production` asks
for what a public site needs (a secret key, its hosts, HTTPS); the default is a development machine,
which needs no variable at all.
"""

import os
import secrets
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

env = Env()
web_address = validate.URL(schemes={"http", "https"}, require_tld=False)
BASE_DIR = Path(__file__).resolve().parent.parent
DATA = BASE_DIR / ".data"  # all that this machine makes and git ignores
DATA.mkdir(exist_ok=True)


def required(name: str) -> str:
    """Return the variable, which production cannot do without."""
    value = env.str(name, default="")
    if not value.strip():
        raise ImproperlyConfigured(f"{name} must be set when DIGEST_ENV=production.")
    return value


def kept_secret(path: Path) -> str:
    """Return the secret in this file, made at random the first time.

    A link is made only if its name is free, so two processes that start together agree on one
    secret and neither reads a half-written file.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # Another process was first: its secret counts.
        finally:
            draft.unlink()
    return path.read_text()


# --- Where it runs -------------------------------------------------------------------------------

ENVIRONMENT = env.str(
    "DIGEST_ENV", default="development", validate=validate.OneOf(["development", "production"])
)
PRODUCTION = ENVIRONMENT == "production"

# Debugging is asked for, on any machine: it keeps SQL statements in memory, which a large import
# cannot afford, and it shows an error's insides in place of the page that readers get.
DEBUG = env.bool("DIGEST_DEBUG", default=False)

if PRODUCTION:
    SECRET_KEY = required("SECRET_KEY")
    ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS").split(",")]
else:
    SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(DATA / "secret_key")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

# --- What this site is ---------------------------------------------------------------------------

DIGEST_TITLE = env.str("DIGEST_TITLE", default="Digest")
# Absolute addresses where no request tells the host (an exported feed). Empty: there are none.
DIGEST_SITE_URL = env.str(
    "DIGEST_SITE_URL",
    default="",
    validate=lambda url: url == "" or web_address(url),
).rstrip("/")
# The font of the pictures beside shared links. Empty: one with Chinese letters is looked for.
SHARE_FONT = env.str("DIGEST_SHARE_FONT", default="")
# A reviewer may not approve what they wrote. A desk of one person turns this off.
EDITORIAL_FOUR_EYES = env.bool("EDITORIAL_FOUR_EYES", default=True)

# --- The app -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django_otp",  # before the desk, which puts pages without secrets in place of its own
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "digest.apps.DigestConfig",
    "editorial.apps.EditorialConfig",
    "editorial.apps.DeskAdminConfig",  # django.contrib.admin with the desk as its site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "axes",
    "django_filters",
    "django_guid",
    "taggit",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "digest.observing.observing",
    "digest.headers.protecting",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "digest.caching.keeping",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses before a password is looked at
    "django.contrib.auth.backends.ModelBackend",
]

ROOT_URLCONF = "digest.urls"
WSGI_APPLICATION = "digest.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TAGGIT_CASE_INSENSITIVE = True  # "LLM" and "llm" are one tag

# --- The database --------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        env.str("DATABASE_URL", default=f"sqlite:///{DATA / 'db.sqlite3'}"),
        # Development serves each request in a new thread, where a kept connection is only a leak.
        conn_max_age=env.int("DIGEST_CONN_MAX_AGE", default=600 if PRODUCTION else 0),
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A transaction takes the write lock at its start, where waiting for it works: one that
        # reads first and writes later is refused at once when someone has written in between.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Readers do not wait for a writer; a power cut may lose the last commits, never the file.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

# Public pages may be read from a replica of it (see digest/replicas.py).
if REPLICA := env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = dj_database_url.parse(
        REPLICA, conn_max_age=DATABASES["default"]["CONN_MAX_AGE"], conn_health_checks=True
    )
    if {one["ENGINE"] for one in DATABASES.values()} != {"django.db.backends.postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL names a replica in PostgreSQL: it and DATABASE_URL must both be "
            "postgres://… addresses."
        )
    # So long a reader waits for one that does not answer: seconds to connect, milliseconds then.
    patience = {"connect_timeout": 2, "tcp_user_timeout": 2_000}
    DATABASES["replica"]["OPTIONS"] = patience | DATABASES["replica"].get("OPTIONS", {})
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
    DATABASE_ROUTERS = ["digest.replicas.Router"]
    MIDDLEWARE.insert(MIDDLEWARE.index("digest.caching.keeping"), "digest.replicas.Reading")

# --- The cache -----------------------------------------------------------------------------------

# Counts and pages, kept by the version of the list, so no process ever shows an old one. Each has
# its own; several share one of Redis, and need not make each page again.
CACHE_URL = env.str(
    "CACHE_URL",
    default="",
    validate=validate.Regexp("^$|^rediss?://", error="No redis:// address."),
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "digest",
    }
    if CACHE_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    }
}

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]  # each in its own words
# The first one also takes the strings of templates/, which lies outside both apps.
LOCALE_PATHS = [BASE_DIR / "digest" / "locale", BASE_DIR / "editorial" / "locale"]
USE_TZ = True
TIME_ZONE = env.str("DIGEST_TIME_ZONE", default="Asia/Shanghai")

# --- Files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# Where `collectstatic` gathers what the web server, or whitenoise, gives out.
STATIC_ROOT = env.path("DIGEST_STATIC_ROOT", default=DATA / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("DIGEST_MEDIA_ROOT", default=DATA / "media")
# Whether Django serves pictures itself; in production the web server in front of it does that.
SERVE_MEDIA = env.bool("DIGEST_SERVE_MEDIA", default=not PRODUCTION)

STORAGES = {
    "default": {"BACKEND": "digest.storage.WholeFiles"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Development reads static files where they lie; production reads what `collectstatic` gathered.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION

# --- Mail ----------------------------------------------------------------------------------------

EMAIL_HOST = env.str("EMAIL_HOST", default="")
# Without a mail server, mail is shown where the server itself runs.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
# Whether readers can ask for mail: on a site without a mail server nobody would get it.
SENDS_MAIL = bool(EMAIL_HOST) or not PRODUCTION
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)  # STARTTLS, mostly on port 587
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)  # TLS from the start, mostly on port 465
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("Set one of EMAIL_USE_TLS and EMAIL_USE_SSL, not both.")
# Seconds that a person waits for the mail server at most: what they did is done by then.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10, validate=validate.Range(min=1))
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default="digest@localhost", validate=validate.Email()
)

# --- What is seen of it --------------------------------------------------------------------------

LOG_FORMAT = env.str("DIGEST_LOG_FORMAT", default="text", validate=validate.OneOf(["text", "json"]))
LOG_LEVEL = env.str(
    "DIGEST_LOG_LEVEL",
    default="WARNING",  # INFO has a line for each request
    validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
)
SLOW_QUERY_MS = env.int("DIGEST_SLOW_QUERY_MS", default=500, validate=validate.Range(min=1))
METRICS_TOKEN = env.str("DIGEST_METRICS_TOKEN", default="")
METRICS_FOLDER = env.str("PROMETHEUS_MULTIPROC_DIR", default="")
# Who gets a mail about each error. Nobody, and nobody's log of errors elsewhere, unless it is set.
ERROR_MAIL: list[str] = env.list("DIGEST_ERROR_MAIL", default=[])
ADMINS = [("", address) for address in ERROR_MAIL]
SERVER_EMAIL = DEFAULT_FROM_EMAIL
DEFAULT_EXCEPTION_REPORTER_FILTER = "digest.observing.WithoutForms"
DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "EXPOSE_HEADER": False}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "django_guid.log_filters.CorrelationId"}},
    "formatters": {
        "text": {"format": "%(levelname)s %(name)s [%(correlation_id)s] %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(correlation_id)s %(message)s",
            "rename_fields": {
                "asctime": "time",
                "levelname": "level",
                "name": "logger",
                "correlation_id": "request_id",
            },
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["request_id"],
        },
        "mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Not Django's own handlers as well, so that an error is told once.
        "django": {"handlers": ["mail"] if ADMINS else [], "level": "INFO"},
        # Strangers ask for pages and hosts that are none; that is no news, and a path may be typed.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        "digest": {"level": LOG_LEVEL},
        "editorial": {"level": LOG_LEVEL},
    },
}

if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    import sentry_sdk  # only where it is used: it takes a tenth of a second

    # Nothing that somebody typed: neither what a form sent nor what functions made of it.
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
    )

# --- Security ------------------------------------------------------------------------------------

# Where copies of pages that went are looked for.
ARCHIVE_API = env.str(
    "DIGEST_ARCHIVE_API",
    default="https://archive.org/wayback/available",
    validate=web_address,
)
# Who wrote a paper, when and where it appeared, is asked here; Crossref wants to know by whom.
ARXIV_API = env.str(
    "DIGEST_ARXIV_API", default="https://export.arxiv.org/api/query", validate=web_address
)
CROSSREF_API = env.str(
    "DIGEST_CROSSREF_API", default="https://api.crossref.org/works", validate=web_address
).rstrip("/")
CONTACT_MAIL = env.str(
    "DIGEST_CONTACT_MAIL", default="", validate=lambda mail: mail == "" or validate.Email()(mail)
)
BEHIND_PROXY = env.bool("DIGEST_BEHIND_PROXY", default=False)

# Requests of ours go to public addresses alone (see digest/outgoing.py), and to these networks.
allowed: list[str] = env.list("DIGEST_OUTGOING_ALLOW", default=[])
OUTGOING_ALLOW = [ip_network(network.strip()) for network in allowed]

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # read, and replaced at the next sign-in
]
# Who fails to sign in so often under one name from one address waits; others, and they themselves
# from elsewhere, do not.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "digest.headers.address_of"
AXES_LOCKOUT_TEMPLATE = "editorial/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # who signed in when and from where is nobody's business
AXES_VERBOSE = False

OTP_TOTP_ISSUER = DIGEST_TITLE  # what people's apps call this site

# Forms are the desk's alone, so it is the desk that explains why one was refused.
CSRF_FAILURE_VIEW = "editorial.admin.csrf.failure"

if PRODUCTION:
    # One switch, for a site inside a network that has no certificate.
    HTTPS = env.bool("DIGEST_HTTPS", default=True)
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked from inside
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
    # Browsers keep this promise for as long as it says: an hour to try it, then a year.
    SECURE_HSTS_SECONDS = env.int("DIGEST_HSTS_SECONDS", default=3600) if HTTPS else 0
    # Subdomains and browsers' preload lists are promises about a whole domain, not about one site.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    # Only a proxy that sets this header itself, whatever the client sent, may be trusted with it.
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# What was read, for a check that finds misspelt names.
VARIABLES = sorted(env.dump())
