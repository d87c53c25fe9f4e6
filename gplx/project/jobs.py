"""The job queue: jobs are rows of the same database."""

from __future__ import annotations

import procrastinate


def on_app_ready(app: procrastinate.App) -> None:
    """Called by Procrastinate when Django is ready; tasks are found in each room's `tasks` module."""
