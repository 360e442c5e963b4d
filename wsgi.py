"""The WSGI entry: `gunicorn wsgi:app`."""

from __future__ import annotations

from app.factory import create_app
from config import load_config

app = create_app(load_config())
