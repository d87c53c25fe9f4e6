"""The electronic licence: credential, status list, keys, and the check of all of them. It needs no database."""
