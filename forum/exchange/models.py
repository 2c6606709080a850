"""Whom an import has brought along, so that the next one finds them again. Keeps no address: a key is a number or a hash."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class ImportedPerson(Model):
    """The person here who stands for a writer of a source."""

    __tablename__ = "imported_people"

    source: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
