"""Filters of lists: in the address, so that a filtered list can be kept and mailed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from flask import request
from flask_wtf import FlaskForm
from wtforms import SelectChoice


def choices(named: Mapping[str, Any], none: Any = None) -> list[SelectChoice]:
    """List what a select offers; ``none`` is the words for choosing nothing."""
    offered = [SelectChoice(value, words) for value, words in named.items()]
    return offered if none is None else [SelectChoice("", none), *offered]


class FilterForm(FlaskForm):
    """What a list is filtered by; asking changes nothing, so no token is needed."""

    class Meta:
        csrf = False

    @classmethod
    def from_address(cls) -> Self:
        return cls(request.args)

    def filters(self) -> dict[str, Any]:
        """Return what to filter by; a choice that is not offered filters nothing, and says so."""
        self.validate()
        return {field.name: field.data or "" for field in self if not field.errors}
