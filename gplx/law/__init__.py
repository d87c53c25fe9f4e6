"""What the law says: pure functions of facts and days.

Standard library only; no clock, no database, no network. `points.replay()` is the heart: it turns the
facts of one account into the statement the law makes of them.
"""
