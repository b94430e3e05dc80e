"""The metrics of a run: each a small pure function from one observed answer to a `Part`.

A new metric is one function in a module here and one line in `METRICS`; its message
`evals.metric_<name>` names it in reports.
"""

from evals.metrics.access import permission_leaks, version_accuracy
from evals.metrics.base import Metric, Observed, Part
from evals.metrics.citations import citation_precision, citation_recall, marks_resolved, quotes_verbatim
from evals.metrics.key_facts import forbidden_facts, key_precision, key_recall
from evals.metrics.number_fidelity import number_fidelity
from evals.metrics.quoted_spans import quoted_spans
from evals.metrics.retrieval import MEASURES, measure
from evals.metrics.status import (
    clarification,
    false_refusal,
    refusal_precision,
    refusal_recall,
    status_accuracy,
)

METRICS: tuple[Metric, ...] = (
    Metric("status_accuracy", status_accuracy),
    Metric("key_recall", key_recall),
    Metric("key_precision", key_precision),
    Metric("forbidden_facts", forbidden_facts, better="lower"),
    Metric("citation_precision", citation_precision),
    Metric("citation_recall", citation_recall),
    Metric("quotes_verbatim", quotes_verbatim),
    Metric("quoted_spans", quoted_spans),
    Metric("marks_resolved", marks_resolved),
    Metric("number_fidelity", number_fidelity),
    Metric("refusal_precision", refusal_precision),
    Metric("refusal_recall", refusal_recall),
    Metric("false_refusal", false_refusal, better="lower"),
    Metric("clarification", clarification),
    Metric("version_accuracy", version_accuracy),
    Metric("permission_leaks", permission_leaks, better="lower"),
    *(Metric(name, measure(name)) for name in MEASURES),
)

LOWER_IS_BETTER = frozenset(metric.name for metric in METRICS if metric.better == "lower")

__all__ = ["LOWER_IS_BETTER", "METRICS", "Metric", "Observed", "Part"]
