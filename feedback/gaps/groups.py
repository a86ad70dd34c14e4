"""What belongs together: the wordings of one subject, and who asked for it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feedback.gaps.askings import Asking
from feedback.gaps.facts import Expressed
from feedback.gaps.wordings import Asked


@dataclass(frozen=True, slots=True)
class Group:
    """Wordings of one subject, with their places among all rows, and all askings of it."""

    numbers: npt.NDArray[np.int64]
    wordings: tuple[Asked, ...]
    askings: tuple[Asking, ...]
    comments: tuple[Expressed, ...]
