"""The `kb` command. Commands are imported when they run, so that `kb --help` answers at once."""

import gc
from importlib import import_module
from typing import NamedTuple

import click

from kb import threads

# What is imported is never garbage, and looking it over again and again is a fifth of the imports.
GARBAGE_OBJECTS = 50_000  # made since the last search, before the next


class _Lazy(NamedTuple):
    module: str
    name: str
    help: str


COMMANDS = {
    "serve": _Lazy("kb.serving", "serve", "Serve the site."),
    "worker": _Lazy(
        "kb.worker.cli", "worker", "Run the tasks of the site in a process of its own."
    ),
    "demo": _Lazy("kb.demo.cli", "demo", "Load the demo company, with simulated visitors."),
    "import": _Lazy("articles.cli", "import_command", "Bring a folder of Markdown into the site."),
    "export": _Lazy("articles.cli", "export_command", "Write everything back as Markdown files."),
    "sync": _Lazy("articles.sync.cli", "sync", "Keep a folder of Markdown and the site the same."),
    "import-zendesk": _Lazy(
        "articles.importing.cli", "import_zendesk_command", "Move in from a Zendesk Help Center."
    ),
    "import-html": _Lazy(
        "articles.importing.cli", "import_html_command", "Move in from a folder of HTML pages."
    ),
    "reindex": _Lazy("search.cli", "reindex", "Make the search index anew from the database."),
    "search": _Lazy("search.cli", "search", "Search as a visitor would."),
    "overlaps": _Lazy("search.cli", "overlaps", "Tell what the site says already of a draft."),
    "check": _Lazy("search.checking.cli", "check", "Check articles, or a folder of Markdown."),
    "evaluate": _Lazy(
        "search.evaluation.cli", "evaluate", "Measure relevance on folders of judged queries."
    ),
    "calibrate": _Lazy(
        "feedback.calibration_cli", "calibrate", "Choose when results are called weak."
    ),
    "synonyms": _Lazy("search.taught.cli", "synonyms", "Keep words that mean the same."),
    "phrasings": _Lazy("search.taught.cli", "phrasings", "Learn questions from votes."),
    "report": _Lazy("feedback.reports.cli", "report", "Print a report, such as the content gaps."),
    "privacy": _Lazy(
        "feedback.privacy.cli", "privacy", "Show or erase what the site holds of a person."
    ),
    "user": _Lazy("kb.accounts.cli", "user", "Manage the people who may sign in."),
    "token": _Lazy("kb.api.cli", "token", "Manage the keys of programs to the API."),
    "mcp": _Lazy(
        "feedback.assistants.cli", "mcp", "Let an assistant on this machine search and read."
    ),
    "audit": _Lazy("kb.audit.cli", "audit", "Tell who did what, when, to which revision."),
    "mail": _Lazy("feedback.mailbox.cli", "mail", "Look after e-mail that leaves and comes in."),
    "deliveries": _Lazy(
        "kb.deliveries.cli", "deliveries", "Look after messages to other programs."
    ),
    "doctor": _Lazy("kb.doctor", "doctor", "Check the installation and say what to mend."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of a newcomer's needs."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        lazy = COMMANDS.get(cmd_name)
        if lazy is None:
            return None
        command: click.Command = getattr(import_module(lazy.module), lazy.name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; of what an operator can mend, say what and where, without a traceback."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if isinstance(error, click.ClickException | click.exceptions.Exit | click.Abort):
                raise
            from kb.faults import told  # only here, as what it needs takes a while

            if not (words := told(error)):
                raise
            raise click.ClickException(words) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kb")
def main() -> None:
    """Run a self-service knowledge base that finds the answer, and tells you which are missing.

    Settings are read from KB_* variables; all state lives in the folder KB_HOME.
    """
    threads.limit()  # before a command imports numpy
    gc.set_threshold(GARBAGE_OBJECTS)
