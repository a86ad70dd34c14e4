"""What assistants are told, in the shape in which they get it."""

from pydantic import BaseModel, Field


class FoundArticle(BaseModel):
    """An article among the results."""

    id: str = Field(description="Give this to `read`.")
    title: str
    passage: str = Field(description="The part that is nearest to the question, shortened.")
    address: str = Field(description="Where a person reads it: cite this.")
    language: str
    category: str = ""


class Found(BaseModel):
    """What the articles say about a question."""

    question: str
    is_answered: bool = Field(
        description="Whether the articles surely speak of this. If not, say that you do not know."
    )
    confidence: float = Field(description="Of the best article, from 0 to 1.")
    advice: str = Field(description="What to do with this result.")
    articles: list[FoundArticle]
    corrected: str | None = Field(
        None, description="What was searched for instead, where the question was misspelt."
    )


class ReadArticle(BaseModel):
    """An article as customers read it."""

    id: str
    title: str
    language: str
    address: str = Field(description="Where a person reads it: cite this.")
    updated_on: str = Field(description="Day of the last change, as YYYY-MM-DD.")
    category: str = ""
    other_languages: list[str] = []
    markdown: str


class MissingAnswer(BaseModel):
    """A question that customers were left alone with."""

    question: str
    language: str
    visitors: int = Field(description="Different visitors who got no answer.")
    searches: int
    asked_a_person: int = Field(description="Visitors who then turned to a person.")
    diagnosis: str
    remedy: str = Field(description="What would close it.")
    nearest_article: str | None = None
    asked_through: list[str] = Field(default=[], description="site, widget, api, mcp or email")
    address: str = Field(description="Where the staff work on it.")


class Missing(BaseModel):
    """What customers ask and the articles do not answer, the costliest first."""

    since: str
    until: str
    total: int
    questions: list[MissingAnswer]
