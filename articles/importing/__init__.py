"""From a folder of Markdown, as found in the world, to articles."""

from articles.importing.importer import import_folder
from articles.importing.report import ImportOptions, ImportReport, Problem, Progress

__all__ = ["ImportOptions", "ImportReport", "Problem", "Progress", "import_folder"]
