"""Production settings: everything comes from the environment, and what is missing is named at start.

``dev`` and ``test`` change little. The variables are described in the README ("Operate it").
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
BUILD_DIR = BASE_DIR / ".build"

env = environ.Env()

IS_PRODUCTION = env.bool("PORTAL_PRODUCTION", default=True)
IS_DEMO = False


def required(name: str, why: str) -> str:
    """Return an environment variable, or stop with its name and its purpose."""
    value = env.str(name, default="")
    if not value:
        msg = f"{name} is not set: {why}"
        raise ImproperlyConfigured(msg)
    return value


SECRET_KEY = required("SECRET_KEY", "signs sessions and links in mails; 50 random characters or more.")
SITE_URL = required("SITE_URL", "the public address, for links in mails, such as https://portal.example.ch").rstrip("/")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[SITE_URL.split("://")[-1].split(":")[0].split("/")[0]])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# -- database: the application role owns nothing; migrations run as the owner ------------------------------------------


def database(url_variable: str, why: str) -> dict[str, Any]:
    """Read one database address; sessions are short, statements bounded, times in UTC."""
    config: dict[str, Any] = env.db_url_config(required(url_variable, why))
    config["ENGINE"] = "promo_portal.core.db"
    config["ATOMIC_REQUESTS"] = True
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    options = config.setdefault("OPTIONS", {})
    if "host" in options:  # a unix socket folder: postgresql://role@/portal?host=FOLDER
        config["HOST"] = options.pop("host")
    options.setdefault("connect_timeout", 5)
    options.setdefault(
        "options",
        # Every history trigger looks for the last one; where it is not set, that is an error caught row by row.
        "-c statement_timeout=20000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
        " -c pgtrigger.ignore={}",
    )
    return config


DATABASES = {"default": database("DATABASE_URL", "the portal's database, as a role that owns nothing.")}
MIGRATION_DATABASE_URL = env.str("MIGRATION_DATABASE_URL", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- broker and cache: two instances, since eviction is a setting of the server ----------------------------------------

REDIS_URL = required("REDIS_URL", "the broker; an instance of its own that never evicts.")
CACHE_URL = required("CACHE_URL", "the cache; another instance, which may evict.")
if IS_PRODUCTION and REDIS_URL.split("?")[0].rsplit("/", 1)[0] == CACHE_URL.split("?")[0].rsplit("/", 1)[0]:
    msg = "CACHE_URL names the same server as REDIS_URL: the broker must not evict, so the cache needs its own."
    raise ImproperlyConfigured(msg)

CACHES = {
    "default": {
        "BACKEND": "promo_portal.core.cache.ForgivingRedisCache",
        "LOCATION": CACHE_URL,
        "TIMEOUT": 300,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# -- celery: the row in PostgreSQL is the truth, the queue is a doorbell -----------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 180
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 3,
    "socket_connect_timeout": 2,
    "socket_keepalive": REDIS_URL.startswith(("redis://", "rediss://")),
    "health_check_interval": 25,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_ROUTES = {
    "promo_portal.mailing.tasks.*": {"queue": "mail"},
    "promo_portal.reminders.tasks.*": {"queue": "celery"},
    "promo_portal.files.tasks.*": {"queue": "files"},
    "promo_portal.jobs.tasks.run": {"queue": "reports"},
}

# -- applications, ground floor first ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "promo_portal.core",
    "promo_portal.audit",
    "promo_portal.jobs",
    "promo_portal.files",
    "promo_portal.regions",
    "promo_portal.accounts",
    "promo_portal.mailing",
    "promo_portal.reminders",
    "companies",
    "premises",
    "coaching",
    "clusters",
    "promo_portal.exchange",
    "promo_portal.api",
    "promo_portal.portal",
    "promo_portal.portal.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_structlog",
    "pgtrigger",
    "pghistory",
    "js_lib_bootstrap5",
    "js_lib_leaflet",
]

MIDDLEWARE = [
    "promo_portal.core.middleware.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads by a random length, so that sizes tell nothing (BREACH)
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "promo_portal.core.middleware.RequestLimitsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "promo_portal.accounts.middleware.SessionLimitsMiddleware",
    "promo_portal.accounts.middleware.ScopeMiddleware",
    "promo_portal.accounts.middleware.ClosedByDefaultMiddleware",
    "promo_portal.accounts.middleware.SecondFactorMiddleware",
    "promo_portal.accounts.middleware.HistoryContextMiddleware",
    "promo_portal.core.middleware.HousePagesMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "promo_portal.urls"
WSGI_APPLICATION = "promo_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "promo_portal.core.context.branding",
                "promo_portal.portal.context.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("bootstrap5", "promo")
CRISPY_TEMPLATE_PACK = "promo"

# -- people and sessions -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Who somebody is. What they may do is answered by the rights matrix (accounts.permissions), never by a backend.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:arrival"
LOGOUT_REDIRECT_URL = "portal:home"

ACCOUNT_ADAPTER = "promo_portal.mailing.signin.OutboxAccountAdapter"
MFA_ADAPTER = "promo_portal.accounts.adapter.PortalMFAAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # whoever types a stranger's address does not write to them
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
    "reset_password": "20/m/ip,3/m/key,10/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 48
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by staff; nobody signs up
MFA_FORMS = {
    "activate_totp": "promo_portal.accounts.forms.ActivateAppForm",
    "authenticate": "promo_portal.accounts.forms.SecondFactorForm",
    "reauthenticate": "promo_portal.accounts.forms.ConfirmSecondFactorForm",
    "add_webauthn": "promo_portal.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "promo_portal.accounts.forms.RenamePasskeyForm",
}
ACCOUNT_FORMS = {
    "login": "promo_portal.accounts.forms.SignInForm",
    "confirm_login_code": "promo_portal.accounts.forms.EnterCodeForm",
    "reset_password": "promo_portal.accounts.forms.ForgottenPasswordForm",
    "confirm_password_reset_code": "promo_portal.accounts.forms.EnterResetCodeForm",
    "reset_password_from_key": "promo_portal.accounts.forms.NewPasswordForm",
    "change_password": "promo_portal.accounts.forms.ChangePasswordForm",
    "set_password": "promo_portal.accounts.forms.SetPasswordForm",
    "reauthenticate": "promo_portal.accounts.forms.ConfirmPasswordForm",
}
MFA_TOTP_ISSUER = "Promotion économique"
MFA_TOTP_TOLERANCE = 1

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 2 * 3600
SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_NAME = "language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "promo_portal.portal.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- transport and headers ---------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
HEALTH_NETWORKS = env.list("HEALTH_NETWORKS", default=[])
HEALTH_SUMMARY_SECONDS = 15  # staff pages read the clockwork's state this often
STARTED_AT = 0.0  # epoch seconds, where one launcher starts every part together

# A tile service under our own outlines, if the operator wants one: https://tiles.example/{z}/{x}/{y}.png and whom to name.
MAP_TILES_URL = env.str("MAP_TILES_URL", default="")
MAP_TILES_CREDIT = env.str("MAP_TILES_CREDIT", default="")
_TILES_ORIGIN = "/".join(MAP_TILES_URL.split("/")[:3])

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, *filter(None, [_TILES_ORIGIN])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "payment",
        "usb",
    )
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# -- languages and formats ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BUILD_DIR / "locale"]
FORMAT_MODULE_PATH = ["promo_portal.core.formats"]
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Zurich"

# -- files -------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BUILD_DIR / "collected"
STATICFILES_DIRS = [BASE_DIR / "static", BUILD_DIR / "static"]
MEDIA_ROOT = env.str("MEDIA_ROOT", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "promo_portal.core.storage.PortalStaticFilesStorage"},
}
FILES_MAX_BYTES = 20_000_000  # of one document
REQUEST_MAX_BYTES = 26_000_000  # of everything that is sent at once; the web server's limit is the same
FILES_INTERNAL_LOCATION = "/private/"  # where the web server hands files out on our word only; see compose.yaml
CLAMD_URL = env.str("CLAMD_URL", default="")
if IS_PRODUCTION and not CLAMD_URL and not env.bool("ALLOW_UNSCANNED", default=False):
    msg = "CLAMD_URL is not set: uploads would not be scanned. Set it, or ALLOW_UNSCANNED=1 to accept that."
    raise ImproperlyConfigured(msg)
if IS_PRODUCTION and not MEDIA_ROOT:
    msg = "MEDIA_ROOT is not set: the private folder for uploaded documents."
    raise ImproperlyConfigured(msg)

JOBS_LEASE_SECONDS = 60  # a worker that is silent for so long is taken for dead
JOBS_KEEP_DAYS = 30  # of results; then only the line in the list is left
IMPORTS_KEEP_DAYS = 90  # of files that were imported, and of the rows they held

# -- mail: everything passes through the outbox; EMAIL_URL is where the worker hands it over ----------------------------

EMAIL_BACKEND = "promo_portal.mailing.backends.RefuseDirectMail"
_mail = env.email_url_config(
    required("EMAIL_URL", "the mail server, such as smtp+tls://user:secret@mail.example.ch:587")
)
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = required("DEFAULT_FROM_EMAIL", "the sender of every mail.")
MAIL_MAX_PER_MINUTE = env.int("MAIL_MAX_PER_MINUTE", default=200)
MAIL_LEASE_SECONDS = 300
MAIL_SENDERS = env.int("MAIL_SENDERS", default=2)  # as many as the workers have children
MAIL_RETRY_SECONDS = [60, 300, 900, 3600, 3 * 3600, 8 * 3600, 24 * 3600]  # after a temporary refusal; then given up
MAIL_ON_HOLD_AFTER_RESTORE = True  # a backup does not know what has been sent since

# -- the operator's face: a second region changes these values ---------------------------------------------------------

BRANDING = {
    "name": _("Economic promotion"),
    "territory": _("Bernese Jura and Bienne"),
    "operator": env.str("OPERATOR_NAME", default="Chambre d’économie publique du Jura bernois"),
    "phone": env.str("OPERATOR_PHONE", default="+41320000000"),
    "email": env.str("OPERATOR_EMAIL", default="contact@portail.example"),
    "hours": _("Monday to Friday, 8.30 to 11.30 and 14.00 to 16.30"),
}

OPERATOR_ASSOCIATION = env.str("OPERATOR_ASSOCIATION", default="cep")  # code of the association whose portal this is

# How an entry of the directory ages after its last confirmation (design: to be confirmed after a year, then hidden).
DIRECTORY_TO_CONFIRM_AFTER_MONTHS = 12
DIRECTORY_REMIND_AFTER_DAYS = (14, 42)  # after the day it fell due
DIRECTORY_HIDDEN_AFTER_MONTHS = 18
DIRECTORY_CONFIRMED_LATELY_MONTHS = 3  # a campaign leaves those in peace
DIRECTORY_PICTURES_WAIT_MONTHS = 12  # proposed by a company and never decided: then they are deleted
DIRECTORY_LINK_DAYS = 90  # how long a company's signed link works; each reminder brings a fresh one

# How an offer of premises or land ages: owners confirm every month, then a badge, then it is hidden until confirmed.
PREMISES_CONFIRM_EVERY_DAYS = 30
PREMISES_BADGE_AFTER_DAYS = 45
PREMISES_HIDDEN_AFTER_DAYS = 90
PREMISES_ANSWER_WITHIN_DAYS = 3  # working days until an enquiry is answered

EVENTS_LOCK_PLACES = True  # the tests alone turn it off, to prove that they would see an overbooked event

CLOCK_MAY_BE_MOVED = False
PROOF_OF_WORK_COST = env.int("PROOF_OF_WORK_COST", default=50_000)

# -- logs: structured, without addresses, names or tokens --------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "promo_portal.core.logs.formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}

SILENCED_SYSTEM_CHECKS: list[str] = []
