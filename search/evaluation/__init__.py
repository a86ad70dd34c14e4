"""Relevance on judged queries, through the same ranking that serves customers.

`judgments` reads folders, `running` asks the queries, `metrics`, `intervals` and `comparison`
turn what came into figures, `report` joins them and `tables` prints them.
"""

from search.evaluation.judgments import (
    Half,
    JudgedSet,
    JudgmentsInvalid,
    Query,
    load_set,
    sample,
    sections_of,
)
from search.evaluation.measuring import evaluate
from search.evaluation.metrics import auroc, ndcg, recall, reciprocal_rank
from search.evaluation.report import Report

__all__ = [
    "Half",
    "JudgedSet",
    "JudgmentsInvalid",
    "Query",
    "Report",
    "auroc",
    "evaluate",
    "load_set",
    "ndcg",
    "recall",
    "reciprocal_rank",
    "sample",
    "sections_of",
]
