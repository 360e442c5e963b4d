"""Settings of a server, read from the environment once at start-up. Names begin with KEEL_."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """What one process needs to know.

    Shape: `home` holds the database, the files, the secret and the checkpoints;
    `database_url` is any SQLAlchemy address of SQLite or PostgreSQL.
    """

    home: Path
    database_url: str
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    is_testing: bool = False
    smtp_url: str | None = None
    mail_from: str = "keel@localhost"
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0
    tick_seconds: float = 2.0
    fast_passwords: bool = False
    scan_command: str | None = None
    fonts: Path | None = None

    @property
    def is_loopback(self) -> bool:
        """Tell whether the server is reached on this machine only, where plain HTTP is safe."""
        return self.public_url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))


def load_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Read the settings; make the home folder and the secret at the first start.

    Effects: creates `KEEL_HOME` (default ./var) with mode 0700 and its `secret` file with mode 0600.
    """
    home = Path(environment.get("KEEL_HOME", "var")).resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = int(environment.get("KEEL_PORT", "8000"))
    host = environment.get("KEEL_HOST", "127.0.0.1")
    return Config(
        home=home,
        database_url=environment.get("KEEL_DATABASE_URL", f"sqlite:///{home / 'keel.db'}"),
        secret_key=environment.get("KEEL_SECRET_KEY") or _secret_of(home),
        host=host,
        port=port,
        smtp_url=environment.get("KEEL_SMTP_URL"),
        mail_from=environment.get("KEEL_MAIL_FROM", "keel@localhost"),
        public_url=environment.get("KEEL_PUBLIC_URL", f"http://{host}:{port}"),
        trusted_proxies=int(environment.get("KEEL_TRUSTED_PROXIES", "0")),
        tick_seconds=float(environment.get("KEEL_TICK_SECONDS", "2")),
        scan_command=environment.get("KEEL_SCAN_COMMAND") or None,
        fonts=Path(environment["KEEL_FONTS"]).resolve() if environment.get("KEEL_FONTS") else None,
    )


def _secret_of(home: Path) -> str:
    file = home / "secret"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(32))
    return file.read_text().strip()
