"""A file of people with one row of each kind, and how the rows of an import stand in the database."""

from __future__ import annotations

from sqlalchemy import select

from lms.cohorts.models import Import, ImportRow
from lms.extensions import db

FILE = """E-mail;Имя;Фамилия;Страна;Язык;Телефон
good@b.example;Aigul;Sarsen;KZ;kk;1
two@@b.example;Serik;Ospanov;KZ;kk;2
three@b.example;Madina;T;Kazakhstan;kk;3
four@b.example;Askhat;B;Kazakhstan;kaz;4
good@b.example;Aigul;Again;KZ;kk;5
"""


def rows(found: Import) -> dict[int, ImportRow]:
    db.session.expire_all()
    query = select(ImportRow).where(ImportRow.import_id == found.id)
    return {row.number: row for row in db.session.scalars(query)}


def states(found: Import) -> list[str]:
    return [row.state for _number, row in sorted(rows(found).items())]
