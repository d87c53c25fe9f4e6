"""The key store and the name of this register as an issuer."""

from __future__ import annotations

from django.conf import settings

from gplx.wallet.keys import KeyStore, default_folder


def key_store() -> KeyStore:
    """The key store of this register."""
    return KeyStore(default_folder())


def issuer() -> str:
    """The name under which credentials are given out: the register's public address."""
    return str(settings.BASE_URL)
