"""One machine, started by ./run and ./test: a secret of its own in the data folder, plain HTTP on localhost."""

from __future__ import annotations

import secrets

from .base import *  # noqa: F403
from .base import DATA_DIR, LOGGING, PSEUDONYM_KEY, SECRET_KEY, env


def _own_secret(name: str) -> str:
    """Return a secret of the installation, made at first start and kept beside its database."""
    path = DATA_DIR / name
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


SECRET_KEY = SECRET_KEY or _own_secret("secret_key")
PSEUDONYM_KEY = PSEUDONYM_KEY or _own_secret("pseudonym_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
DEMO = env.bool("LARNARA_DEMO", default=True)

LOG_DIR = DATA_DIR / "logs"
LOG_DIR.mkdir(parents=True, exist_ok=True)
LOGGING["handlers"]["file"] = {
    "class": "logging.FileHandler",
    "filename": LOG_DIR / "larnara.log",
    "formatter": "line",
    "delay": True,
    "encoding": "utf-8",
}
LOGGING["root"]["handlers"] = ["console", "file"]
