"""What the site says: articles, their translations, and every revision of each.

An `Article` is the thing itself, whatever the language. It has one `Translation` per language, which
has an address and dates of publication. A translation's words live in its numbered `Revision`s, of
which one is public. A `Rendering` is derived from a revision and may be thrown away.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, enum_type, utc_now


class Kind(StrEnum):
    """The form of an article, as a reader would name it."""

    FAQ = "faq"
    GUIDE = "guide"
    VIDEO_GUIDE = "video-guide"
    TROUBLESHOOTING = "troubleshooting"
    KNOWN_ISSUE = "known-issue"


class Audience(StrEnum):
    """Who may read an article; each includes those after it."""

    EVERYONE = "everyone"
    CUSTOMERS = "customers"  # who have signed in
    STAFF = "staff"


class Stage(StrEnum):
    """When the question arises: before, during or after the purchase."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Status(StrEnum):
    """Where a translation stands, derived from its dates (never stored)."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Significance(StrEnum):
    """How much a revision changes for the reader; a typo does not age its translations."""

    TYPO = "typo"
    MEDIUM = "medium"
    MAJOR = "major"


class Category(Base):
    """A node of the tree in which articles are filed; its names differ by language."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True, comment="stable name in files and the API")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    verify_days: Mapped[int | None] = mapped_column(
        comment="days after which articles filed here want to be read again; None: as above it"
    )

    parent: Mapped["Category | None"] = relationship(remote_side=[id], back_populates="children")
    children: Mapped[list["Category"]] = relationship(
        back_populates="parent", order_by="Category.position, Category.id"
    )
    names: Mapped[list["CategoryName"]] = relationship(
        back_populates="category", cascade="all, delete-orphan", lazy="selectin"
    )

    def name_in(self, locale: str) -> "CategoryName":
        """Return the name in `locale`, else in any language; a category always has one."""
        return next((name for name in self.names if name.locale == locale), self.names[0])


class CategoryName(Base):
    """What a category is called, and its address, in one language."""

    __tablename__ = "category_name"
    __table_args__ = (
        UniqueConstraint("category_id", "locale"),
        UniqueConstraint("locale", "slug"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"))
    locale: Mapped[str]
    name: Mapped[str]
    slug: Mapped[str]
    description: Mapped[str] = mapped_column(default="")

    category: Mapped[Category] = relationship(back_populates="names")


class Article(Base):
    """One subject, in any number of languages."""

    __tablename__ = "article"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True, comment="stable name in files, links and the API")
    kind: Mapped[Kind] = mapped_column(enum_type(Kind), default=Kind.FAQ)
    stage: Mapped[Stage | None] = mapped_column(enum_type(Stage))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str] = mapped_column(default="", comment="handle or address; needs no account")
    audience: Mapped[Audience] = mapped_column(enum_type(Audience), default=Audience.EVERYONE)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    source_locale: Mapped[str] = mapped_column(
        default="",
        comment="language that the others are translated from; empty: the first there is",
    )
    verify_by: Mapped[datetime | None] = mapped_column(comment="when it wants to be read again")
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str] = mapped_column(default="", comment="who said that it is still right")
    successor_id: Mapped[int | None] = mapped_column(
        comment="article that its addresses lead to once it is archived; never a chain"
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    category: Mapped[Category | None] = relationship()
    translations: Mapped[list["Translation"]] = relationship(
        back_populates="article", cascade="all, delete-orphan"
    )

    def in_locale(self, locale: str) -> "Translation | None":
        """Return the translation in `locale`, public or not."""
        return next((each for each in self.translations if each.locale == locale), None)


class Translation(Base):
    """An article in one language: its address, its dates and its public words."""

    __tablename__ = "translation"
    __table_args__ = (
        UniqueConstraint("article_id", "locale"),
        UniqueConstraint("locale", "slug"),
        Index(None, "locale", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    locale: Mapped[str]
    slug: Mapped[str]
    title: Mapped[str] = mapped_column(comment="of the public revision, else of the newest draft")
    summary: Mapped[str] = mapped_column(default="")
    # Public while published_at <= now < archived_at: dates decide, no job has to run on time.
    published_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(
        default=utc_now, comment="when readers last saw the words change"
    )
    public_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revision.id", use_alter=True, ondelete="SET NULL"), index=True
    )
    next_revision_id: Mapped[int | None] = mapped_column(
        comment="revision that becomes the public one at next_at"
    )
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    previews_ended: Mapped[int] = mapped_column(
        default=0, comment="how often all links to previews were ended; each holds this number"
    )

    article: Mapped[Article] = relationship(back_populates="translations")
    public_revision: Mapped["Revision | None"] = relationship(
        foreign_keys=[public_revision_id], post_update=True
    )
    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="translation",
        foreign_keys="Revision.translation_id",
        order_by="Revision.number",
        cascade="all, delete-orphan",
    )

    def status(self, now: datetime | None = None) -> Status:
        """Return where the translation stands at `now` (the present moment by default)."""
        now = now or utc_now()
        if self.archived_at is not None and self.archived_at <= now:
            return Status.ARCHIVED
        if self.published_at is None:
            return Status.DRAFT
        return Status.SCHEDULED if self.published_at > now else Status.PUBLISHED


class Revision(Base):
    """The words of a translation at one moment; never changed once written."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("translation_id", "number"),
        Index(None, "translation_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int] = mapped_column(comment="from 1, without gaps")
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(
        comment="Markdown; links as article:KEY#anchor, files as attachment:DIGEST/name"
    )
    answers: Mapped[list[str]] = mapped_column(JSON, default=list)
    synonyms: Mapped[list[str]] = mapped_column(JSON, default=list)
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    extra: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="front matter that KB does not know, kept for export"
    )
    author: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(
        index=True, comment="account of the author, if there is one"
    )
    translated_from: Mapped[int | None] = mapped_column(
        comment="revision of the source language that these words translate"
    )
    ready_at: Mapped[datetime | None] = mapped_column(
        comment="when it was called ready for translation"
    )
    held_at: Mapped[datetime | None] = mapped_column(
        comment="when it was held back from translation; until ready_at, if that is set"
    )
    message: Mapped[str] = mapped_column(default="", comment="why, in the author's words")
    significance: Mapped[Significance] = mapped_column(
        enum_type(Significance), default=Significance.MAJOR
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    translation: Mapped[Translation] = relationship(
        back_populates="revisions", foreign_keys=[translation_id]
    )
    rendering: Mapped["Rendering | None"] = relationship(
        back_populates="revision", cascade="all, delete-orphan"
    )


class Publication(Base):
    """What is public from a moment on: a revision, or nothing. Those of the future are planned.

    The dates of the translation decide what readers see; these rows remember what they decided.
    """

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), index=True
    )
    revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), index=True, comment="None: taken off"
    )
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(default="", comment="name of who decided it")
    by_id: Mapped[int | None] = mapped_column(comment="their account, if there is one")
    is_planned: Mapped[bool] = mapped_column(
        default=False, comment="planned before; who planned it has not been told yet that it came"
    )

    revision: Mapped[Revision | None] = relationship()


class Rendering(Base):
    """The HTML of a revision as one version of the pipeline made it: a cache."""

    __tablename__ = "rendering"

    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True
    )
    pipeline_version: Mapped[int]
    html: Mapped[str]
    toc: Mapped[list[Any]] = mapped_column(JSON)
    sections: Mapped[list[Any]] = mapped_column(JSON)
    text: Mapped[str]

    revision: Mapped[Revision] = relationship(back_populates="rendering")


class SlugHistory(Base):
    """An address that a translation once had. It outlives revisions, so that it redirects for ever."""

    __tablename__ = "slug_history"
    __table_args__ = (UniqueConstraint("locale", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str]
    slug: Mapped[str]
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class CategorySlugHistory(Base):
    """An address that a category once had, or that of one merged into it, or removed below it.

    It outlives the category: without one, it leads to the list of all subjects.
    """

    __tablename__ = "category_slug_history"
    __table_args__ = (UniqueConstraint("locale", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str]
    slug: Mapped[str]
    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("category.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class OldAddress(Base):
    """A path that led to an article or a category on the site they were imported from."""

    __tablename__ = "old_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(
        unique=True, comment="as `articles.addresses.normalised` writes it"
    )
    translation_id: Mapped[int | None] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), index=True
    )
    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("category.id", ondelete="CASCADE"), index=True
    )
    made_by: Mapped[str] = mapped_column(
        default="", comment="who added it by hand; empty: an import"
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Attachment(Base):
    """A file shown in articles. Its content lies in the home folder under its SHA-256 digest."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the content, hexadecimal")
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(comment="bytes")
    width: Mapped[int | None] = mapped_column(comment="CSS pixels")
    height: Mapped[int | None] = mapped_column(comment="CSS pixels")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class AttachmentUse(Base):
    """That a file stands in an article, in some revision of it: who may read the one may read both."""

    __tablename__ = "attachment_use"
    __table_args__ = (UniqueConstraint("digest", "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )


class ImportedFile(Base):
    """Which file of which folder a translation came from, so that a second import finds it again."""

    __tablename__ = "imported_file"
    __table_args__ = (UniqueConstraint("source", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(comment="name of the imported folder")
    path: Mapped[str] = mapped_column(comment="relative to the folder, with / on every system")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the file, hexadecimal")
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), index=True
    )


class SyncedFile(Base):
    """A file of a folder kept the same as the site in both directions, as both were when they agreed."""

    __tablename__ = "synced_file"
    __table_args__ = (UniqueConstraint("source", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(comment="name of the folder")
    path: Mapped[str] = mapped_column(comment="relative to the folder, with / on every system")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the file when both agreed")
    revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revision.id", ondelete="SET NULL"), index=True
    )
    translation_id: Mapped[int | None] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), index=True, comment="None: categories"
    )
    base: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="what the file and the site said when both agreed"
    )
    conflict: Mapped[dict[str, Any] | None] = mapped_column(
        JSON, comment="what both said when they last disagreed; None: they do not"
    )
    synced_at: Mapped[datetime] = mapped_column(default=utc_now)


class ContentVersion(Base):
    """One row that counts the changes to what the public may see; caches compare it."""

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
