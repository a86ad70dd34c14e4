"""What the studio and the commands call what search was taught, in the reader's language."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from search.taught.synonyms import Fault

FAULTS: Mapping[Fault, LazyString] = {
    Fault.ALONE: _l("Give at least two words, separated by commas."),
    Fault.EMPTY: _l("Something is missing between two commas, or on one side of the arrow."),
    Fault.ARROWS: _l("Use the arrow => only once."),
    Fault.NO_WORD: _l("Each entry needs a word, not only signs."),
    Fault.COMMON: _l("Search leaves out words as common as these: give at least one other."),
    Fault.SAME: _l("Search takes these words for one already: this rule would change nothing."),
    Fault.TOO_LONG: _l("One of the entries is too long: keep to 100 characters."),
    Fault.TOO_MANY: _l("Too many words for one rule: keep to 30."),
    Fault.NO_LANGUAGE: _l("Say first which language these words are in, such as [en]."),
    Fault.UNKNOWN_LANGUAGE: _l("The site has no such language."),
}
