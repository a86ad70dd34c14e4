"""The server that assistants speak to (Model Context Protocol): its tools, and how they are described.

Imported when somebody speaks to it, and not before: the protocol's library takes half a second.
"""

from collections.abc import Callable
from typing import Annotated, Any, Protocol, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import Field, ValidationError

from feedback.assistants import work, wrong_arguments
from feedback.assistants.answers import Found, Missing, ReadArticle
from feedback.assistants.callers import Caller

T = TypeVar("T")

INSTRUCTIONS = (
    "The help centre of {name}. For a question about {name}, search first, read the article that fits, "
    "and answer only from what it says, with its address. Where `is_answered` is false, say that you do "
    "not know and give the address by which a person is reached. Give the same `conversation` with "
    "every call of one conversation: a random word will do."
)

Question = Annotated[
    str,
    Field(min_length=1, max_length=300, description="The question, in the customer's own words."),
]
Language = Annotated[
    str,
    Field(max_length=20, description="Of the customer, such as fr or en; empty: that of the site."),
]
Conversation = Annotated[
    str, Field(max_length=100, description="The same word for every call of one conversation.")
]


class Door(Protocol):
    """How a call comes to the site: in the context of a request, on behalf of a caller."""

    def __call__(self, context: Context[Any, Any], act: Callable[[Caller], T]) -> T:
        """Return what `act` returns there."""


class _Server(MCPServer[Any]):
    """The protocol's server, which says in words of ours what is wrong with a call."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; raises `ToolError` where it refuses."""
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(wrong_arguments.in_words(error.__cause__)) from error.__cause__
            raise


def make_server(name: str, version: str, door: Door, *, with_gaps: bool) -> MCPServer[Any]:
    """Return a server; `with_gaps` also tells what is missing, which is not for everybody."""
    server = _Server(
        name="kb",
        title=name,
        version=version,
        instructions=INSTRUCTIONS.format(name=name),
        log_level="WARNING",
        subscriptions=False,
    )
    _add_search(server, door)
    _add_read(server, door)
    if with_gaps:
        _add_missing(server, door)
    return server


def _add_search(server: MCPServer[Any], door: Door) -> None:
    @server.tool(
        title="Search the help centre",
        annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )
    def search(
        question: Question,
        context: Context[Any, Any],
        language: Language = "",
        limit: Annotated[int, Field(ge=1, le=work.MOST_ARTICLES)] = 5,
        conversation: Conversation = "",
    ) -> Found:
        """Find the articles that answer a question. Says honestly when none does."""
        return door(
            context,
            lambda caller: work.search(
                caller, question, language=language, limit=limit, conversation=conversation
            ),
        )


def _add_read(server: MCPServer[Any], door: Door) -> None:
    @server.tool(
        title="Read an article",
        annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )
    def read(
        article: Annotated[
            str,
            Field(min_length=1, max_length=500, description="Its id from `search`, or address."),
        ],
        context: Context[Any, Any],
        language: Language = "",
        question: Annotated[
            str, Field(max_length=300, description="The question that it is read for.")
        ] = "",
        conversation: Conversation = "",
    ) -> ReadArticle:
        """Read a whole article as Markdown, with its address and the day of its last change."""
        try:
            return door(
                context,
                lambda caller: work.read(
                    caller,
                    article,
                    language=language,
                    question=question,
                    conversation=conversation,
                ),
            )
        except work.NotThere as error:
            raise ToolError(str(error)) from error

    @server.resource("article://{language}/{key}", title="Article", mime_type="text/markdown")
    def article(language: str, key: str, context: Context[Any, Any]) -> str:
        """Give an article as Markdown."""
        try:
            return door(context, lambda caller: work.read(caller, key, language=language)).markdown
        except work.NotThere as error:
            raise ResourceNotFoundError(str(error)) from error


def _add_missing(server: MCPServer[Any], door: Door) -> None:
    @server.tool(
        title="What is missing",
        annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )
    def missing(
        context: Context[Any, Any],
        days: Annotated[int, Field(ge=1, le=work.LONGEST_DAYS)] = 30,
        limit: Annotated[int, Field(ge=1, le=work.MOST_GAPS)] = 10,
    ) -> Missing:
        """List what customers asked and the articles did not answer, the costliest first."""
        return door(context, lambda _caller: work.missing(days=days, limit=limit))
