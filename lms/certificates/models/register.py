"""The public, append-only register of what happened to certificates, and the keys that sign."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from lms.certificates.models.certificates import Certificate
from lms.extensions import Model


class RegisterEntry(Model):
    """One event of one certificate. Its leaf is a salted hash, so that it tells nothing by itself."""

    __tablename__ = "register_entries"

    index: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False
    )  # of the leaf: from 0, without a gap
    certificate_id: Mapped[int] = mapped_column(ForeignKey(Certificate.id), index=True)
    event: Mapped[str] = mapped_column(String(20))  # issue, revoke, suspend, lift, replace
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)  # reason class, number of the new one


class RegisterNode(Model):
    """The hash of a full subtree; level 0 are the leaves. So a proof reads as many rows as it has levels."""

    __tablename__ = "register_nodes"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class TreeHead(Model):
    """The register as it was signed once: so many entries, this root."""

    __tablename__ = "tree_heads"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    checkpoint: Mapped[str] = mapped_column(Text)  # the signed note that is published
    signed_at: Mapped[datetime]


class SigningKey(Model):
    """The public half of a key, with its certificate. The private half is where only workers can read it."""

    __tablename__ = "signing_keys"
    __table_args__ = (
        CheckConstraint("purpose IN ('root', 'document', 'credential')", name="purpose_is_known"),
        Index(
            "uq_signing_keys_active", "purpose", unique=True,
            sqlite_where=text("retired_at IS NULL"), postgresql_where=text("retired_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    certificate_pem: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]  # signs no more; what it signed stays valid


class DistrustedKey(Model):
    """A key that somebody else may have: what it signs from a moment on proves nothing."""

    __tablename__ = "distrusted_keys"

    key_id: Mapped[str] = mapped_column(ForeignKey(SigningKey.id), primary_key=True)
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))  # for the office, never published
    noted_at: Mapped[datetime]
    statement: Mapped[dict[str, Any]] = mapped_column(JSON)  # signed by a root, for verifiers


class StatusList(Model):
    """A signed Bitstring Status List, as it was made last."""

    __tablename__ = "status_lists"

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)  # revocation, suspension
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    credential: Mapped[str] = deferred(mapped_column(Text, nullable=False))
    signed_at: Mapped[datetime]
