"""Every setting, with its default. What operations may set is listed in docs/settings.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import environ

from lms.database import address, application_role, configure

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DATA_DIR = Path(env.str("LARNARA_DATA", default=str(BASE_DIR / "var"))).resolve()
DEMO = env.bool("LARNARA_DEMO", default=False)
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
PSEUDONYM_KEY = env.str("PSEUDONYM_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
PARTITION_STATEMENTS = env.bool("PARTITION_STATEMENTS", default=False)
IRI_BASE = env.str("IRI_BASE", default="https://larnara.example.org")

INSTALLED_APPS = [
    "lms",
    "search",
    "courses",
    "competency",
    "xapi",
    "people",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "treebeard",
    "taggit",
    "django_tasks",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "lms.staticfiles.StaticFilesMiddleware",
    "lms.middleware.PagesAreCompressedMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lms.middleware.NothingLeftBehindMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lms.middleware.DomainErrorMiddleware",
    "courses.middleware.ReportsAreForAdministratorsMiddleware",
    "courses.middleware.PagesOfOthersMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.context.page",
            ],
        },
    }
]

DATABASES = {"default": configure(address(os.environ, f"sqlite:///{DATA_DIR / 'larnara.sqlite3'}"))}
APPLICATION_ROLE = application_role(os.environ)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.str("CACHE_URL", default="")
CACHES = {"default": env.cache_url_config(CACHE_URL or "locmemcache://?max_entries=5000")}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "people.adapters.ClosedSignupAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# What gives or takes away much asks for the password again after this many seconds (semantics 22).
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A cache of its own in each process would give each its own idea of who is signed in.
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if CACHE_URL else 'db'}"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# The editor's preview shows our own pages in a frame of our own.
X_FRAME_OPTIONS = "SAMEORIGIN"
# The draft of a framework is one form: some sixty competencies with fifteen fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
SILENCED_SYSTEM_CHECKS = ["security.W019"]

CSRF_FAILURE_VIEW = "lms.rest.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/cms/",),
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
}

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = [("sv", "Svenska")]
WAGTAIL_I18N_ENABLED = False
# The second says in Swedish what Wagtail's own Swedish catalogues leave in English.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "lms.staticfiles.HashedStorage"},
}
# No step that collects: files are found where they lie, when they are asked for (lms/staticfiles.py).
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
WHITENOISE_MAX_AGE = 3600

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django's own handlers would say the same again, or send it by e-mail.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)

BROKER_URL = env.str("BROKER_URL", default="")
CELERY_BROKER_URL = BROKER_URL
# Waking waits for nothing: a learner's request must not hang on a broker that is down.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 0, "socket_connect_timeout": 1}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
# Nothing is lost by running a job twice, so a task is done when it has run, not when it has been fetched.
CELERY_TASK_ACKS_LATE = True
CELERY_BEAT_SCHEDULE = {
    "sweep standings": {"task": "lms.run_job", "schedule": 10, "args": ["standings"]},
    "sweep forwards": {"task": "lms.run_job", "schedule": 10, "args": ["forwards"]},
    "work at dry runs": {"task": "lms.run_job", "schedule": 2, "args": ["dry runs"]},
    "read for the search": {"task": "lms.run_job", "schedule": 2, "args": ["search index"]},
    "publish": {"task": "lms.run_job", "schedule": 60, "args": ["publishing"]},
    "delegations": {"task": "lms.run_job", "schedule": 60, "args": ["delegations"]},
    "plans": {"task": "lms.run_job", "schedule": 60, "args": ["plans"]},
    "forget searches": {"task": "lms.run_job", "schedule": 3600, "args": ["old searches"]},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

WAGTAIL_SITE_NAME = "Lärnära"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
# Copies as WebP leave behind what a camera wrote into the picture; a JPEG made from a JPEG would keep it.
WAGTAILIMAGES_FORMAT_CONVERSIONS = dict.fromkeys(["avif", "jpeg", "png", "webp"], "webp")
WAGTAILADMIN_PERMITTED_LANGUAGES = [("sv", "Svenska"), ("en", "English")]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# Nobody chooses one: days are days in Sweden (semantics 33).
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_WORKFLOW_ENABLED = True
# A publish must not take a course out of the chief nurse's queue.
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILDOCS_SERVE_METHOD = "direct"
WAGTAILDOCS_EXTENSIONS = ["m4a", "mp3", "mp4", "vtt", "webm"]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

# A standing that is met but ends within this many days is shown as "Expires soon" (semantics 18).
EXPIRES_SOON_DAYS = env.int("EXPIRES_SOON_DAYS", default=60)

# What was sought and not found is kept so long for those who make courses; it says nothing about by whom.
SEARCH_LOG_DAYS = env.int("SEARCH_LOG_DAYS", default=365)

# Other record stores are sent statements over https:// only; http:// is for trying out and closed networks.
FORWARD_ALLOW_HTTP = env.bool("FORWARD_ALLOW_HTTP", default=False)
FORWARD_ALLOW_PRIVATE = env.bool("FORWARD_ALLOW_PRIVATE", default=False)
