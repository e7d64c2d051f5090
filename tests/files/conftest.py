"""The process that makes previews."""

from .making import make as make
