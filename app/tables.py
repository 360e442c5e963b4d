"""The one list of modules that define tables; migrations and their check read the metadata from here."""

from __future__ import annotations

from app.foundation import installation
from app.foundation.db import Base

MODULES = (installation,)
metadata = Base.metadata
