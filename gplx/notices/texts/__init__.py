"""The texts of notices, one file for each room that tells people something; `notices.catalogue` collects them.

A file has `VERSION`, raised with every change of its wordings, and `KINDS`: a `Wording` for each kind of notice, under
a name that no other file uses (at most 30 characters). `sittings.py` may then tell of `sitting_result` by
`notices.actions.announce`. What a wording may name in braces is what its `words` makes of the notice's content; for
most rooms the plain way does (`notices.wording.plain_words`).
"""
