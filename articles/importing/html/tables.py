"""Which tables Markdown has a form for."""

from bs4 import Tag


def is_plain_table(table: Tag) -> bool:
    """Tell whether pipes can say a table: a head, rows of one length, and lines in its cells."""
    rows = [row.find_all(["td", "th"]) for row in table.find_all("tr")]
    rows = [row for row in rows if row]
    if not rows or len({len(row) for row in rows}) > 1 or table.find(["table", "ul", "ol", "pre"]):
        return False
    cells = [cell for row in rows for cell in row]
    if any(str(cell.get(name) or "1") != "1" for cell in cells for name in ("colspan", "rowspan")):
        return False
    if any(len(cell.find_all(["p", "div"])) > 1 for cell in cells):
        return False
    if any(cell.name == "th" for row in rows[1:] for cell in row):
        return False
    return _is_head(rows[0])


def _is_head(row: list[Tag]) -> bool:
    """Tell a head: by its cells, or because all that it says stands out."""
    if all(cell.name == "th" or cell.find_parent("thead") for cell in row):
        return True
    words = [cell.get_text(strip=True) for cell in row]
    bold = ["".join(s.get_text(strip=True) for s in cell.find_all("strong")) for cell in row]
    return any(words) and words == bold


def head_row(table: Tag) -> None:
    """Mark the cells of a head as such, in place."""
    rows = table.find_all("tr")
    cells = rows[0].find_all(["td", "th"]) if rows else []
    if cells and _is_head(cells):
        for cell in cells:
            cell.name = "th"
            cell["scope"] = "col"
