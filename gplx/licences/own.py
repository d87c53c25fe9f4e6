"""Whose record is it? Nobody at a desk works on his own (I14)."""

from __future__ import annotations

from gplx.licences.models import Holder


def is_own(citizen_number: str, holder: Holder) -> bool:
    """Is the holder the person of that citizen number? An older number of his counts as well."""
    if not citizen_number:
        return False
    return holder.citizen_number == citizen_number or holder.aliases.filter(number=citizen_number).exists()


def names_own_licence(citizen_number: str, licence_number: str) -> bool:
    """Does a document name, by its licence number, the person of that citizen number, whatever else differs?"""
    holder = Holder.objects.filter(licences__number=licence_number).first()
    return holder is not None and is_own(citizen_number, holder)
