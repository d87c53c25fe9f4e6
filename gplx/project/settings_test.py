"""Settings of the tests: the same register on a separate, faster cluster that nobody relies on."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

# Playwright's event loop lives in the main thread of the tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Tests are of a demo, also on a server that DATABASE_URL names.
os.environ.setdefault("GPLX_DEMO", "1")

# Each run keeps its files in a folder of its own, which its child processes share.
if "GPLX_FILES" not in os.environ:
    os.environ["GPLX_FILES"] = tempfile.mkdtemp(prefix="gplx-test-files-")
    atexit.register(shutil.rmtree, os.environ["GPLX_FILES"], ignore_errors=True)

from gplx import pgdev

os.environ.setdefault("GPLX_KEYS", str(pgdev.PROJECT_DIR / ".data" / "test-keys"))

from gplx.project.settings import *  # noqa: F403
from gplx.project.settings import DATABASES, STORAGES, database

DATABASES["default"] = {
    **database(pgdev.database_url("gplx", start=False, cluster=pgdev.test_cluster())),
    "CONN_MAX_AGE": 0,
    "TEST": {"NAME": os.environ.get("GPLX_TEST_DB", "test_gplx")},
}
# Django empties tables between tests of several connections; only this setting lets the append-only guard allow it.
DATABASES["default"]["OPTIONS"]["options"] += " -c app.test_flush=on"  # type: ignore[index]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Static files come straight from the source: nothing is collected for tests.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
