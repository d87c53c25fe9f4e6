"""GPLX: a register of Vietnamese driving licences and their points."""

__version__ = "0.1.0"
