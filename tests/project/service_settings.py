"""The settings of a register in service as they are, without collecting static files first."""

from __future__ import annotations

from gplx.project.settings import *  # noqa: F403
from gplx.project.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
