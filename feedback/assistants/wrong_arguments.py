"""What is wrong with the arguments of a call, in words that an assistant can act on."""

from collections.abc import Mapping

from pydantic import ValidationError

_SAID: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_too_long": "may have {max_length} characters at most",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
}
_OTHERWISE = "is not of the kind that the tool describes"


def in_words(error: ValidationError) -> str:
    """Return a sentence that names each wrong argument, and neither its value nor an address."""
    wrong = error.errors(include_url=False, include_input=False)
    said = [
        f"“{'.'.join(str(part) for part in each['loc'])}” "
        + _SAID.get(each["type"], _OTHERWISE).format_map(each.get("ctx", {}))
        for each in wrong
    ]
    return f"Wrong arguments: {'; '.join(said)}. Correct this, and call again."
