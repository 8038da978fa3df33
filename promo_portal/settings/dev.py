"""Development and demo: embedded servers, plain http on localhost, a clock that may be moved.

The embedded launcher (``promo_portal.embedded``) puts the servers' addresses into the environment before Django starts.
"""

import os

os.environ.setdefault("PORTAL_PRODUCTION", "0")
os.environ.setdefault("SECRET_KEY", "development-only-key-that-protects-nothing-0123456789")
os.environ.setdefault("SITE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")
os.environ.setdefault("DATABASE_URL", "postgresql://portal_app@/portal?host=/nonexistent")
os.environ.setdefault("REDIS_URL", "redis+socket:///nonexistent/valkey.sock?virtual_host=0")
os.environ.setdefault("CACHE_URL", "unix:///nonexistent/valkey.sock?db=1")
os.environ.setdefault("EMAIL_URL", "smtp://localhost:1")
os.environ.setdefault("MAIL_MAX_PER_MINUTE", "0")  # no provider to spare; whoever moves the date wants to see all of it
os.environ.setdefault("DEFAULT_FROM_EMAIL", "Promotion économique <portail@portail.example>")

from .base import *

IS_DEMO = True
CLOCK_MAY_BE_MOVED = True
STARTED_AT = env.float("PORTAL_STARTED_AT", default=0.0)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = []
INSTALLED_APPS = [*INSTALLED_APPS, "promo_portal.demo"]
TEMPLATES[0]["OPTIONS"]["context_processors"].append("promo_portal.demo.context.demo_banner")  # type: ignore[index]

SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = None  # type: ignore[assignment]
SECURE_HSTS_SECONDS = 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
MEDIA_ROOT = os.environ.get("MEDIA_ROOT") or str(BUILD_DIR / "media")
FILES_INTERNAL_LOCATION = ""  # no web server in front: the portal sends files itself
PROOF_OF_WORK_COST = 5_000
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016", "security.W018"]
