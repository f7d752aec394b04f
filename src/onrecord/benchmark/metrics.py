"""Metrics as functions of sums of counts, so that a resample is one addition and 9,999 cost milliseconds.

scikit-learn has the same metrics for one list of answers; the tests compare them to 1e-12. It is not called
here because importing it imports pandas. An undefined metric is NaN. `counts` does the counting.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onrecord.extras import extra

with extra("score", "a score"):
    import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Sums = NDArray[np.float64]

RIGHT, GOLD, PREDICTED = "right", "gold", "predicted"
LAYERS = ("content", "attribution", "background")
VOICES = ("others", "own_voice")
"""Claims of somebody other than the article, and those that the article makes itself."""
_ABOUT = {
    **{layer: f"the layer {layer}" for layer in LAYERS},
    "others": "the claims of somebody other than the article",
    "own_voice": "the claims that the article makes in its own voice",
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that follows from the sums: an array of shape (..., columns) in, one of shape (...) out."""

    name: str
    meaning: str
    evaluate: "Callable[[Sums], Sums]"
    lowest: float = 0.0
    highest: float = 1.0
    shares: tuple[str, str] | None = None
    """For a share of independent items: the columns of its numerator and denominator."""
    is_error: bool = False
    """Whether lower is better."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of what is counted, in order."""

    names: tuple[str, ...]
    _index: Mapping[str, int] = field(init=False)
    _groups: Mapping[str, list[int] | slice] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {name: at for at, name in enumerate(self.names)})
        groups: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            prefix, is_grouped, _ = name.partition(":")
            if is_grouped:
                groups.setdefault(prefix, []).append(at)
        object.__setattr__(self, "_groups", {prefix: _as_slice(places) for prefix, places in groups.items()})

    def at(self, name: str) -> int:
        """The position of a column."""
        return self._index[name]

    def take(self, sums: "Sums", name: str) -> "Sums":
        """One column."""
        return sums[..., self._index[name]]

    def group(self, sums: "Sums", prefix: str) -> "Sums":
        """All columns of a group, such as `gold:…`, in the order of their labels."""
        return sums[..., self._groups.get(prefix, [])]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that have columns."""
        prefix = f"{GOLD}:"
        return tuple(name.removeprefix(prefix) for name in self.names if name.startswith(prefix))


def _as_slice(places: list[int]) -> list[int] | slice:
    """Places that follow each other as a slice, because NumPy copies what a list of places picks."""
    after = places[0] + len(places)
    return slice(places[0], after) if places == list(range(places[0], after)) else places


def ratio(part: "Sums", whole: "Sums") -> "Sums":
    """The quotient, NaN where the whole is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def share(columns: Columns, part: str, whole: str) -> "Callable[[Sums], Sums]":
    """The metric that divides one column by another."""
    return lambda sums: ratio(columns.take(sums, part), columns.take(sums, whole))


def _item_share(columns: Columns, name: str, meaning: str, part: str, whole: str = "items") -> Metric:
    """A metric that is a share of items, and so has Wilson's interval as well."""
    return Metric(name, meaning, share(columns, part, whole), shares=(part, whole))


def label_metrics(columns: Columns) -> tuple[Metric, ...]:
    """The metrics of labels, from `right:`, `gold:` and `predicted:` columns for each, and `items`."""
    c = columns

    def macro_f1(part: str = "") -> "Callable[[Sums], Sums]":
        def evaluate(sums: "Sums") -> "Sums":
            found, gold, predicted = (c.group(sums, prefix + part) for prefix in (RIGHT, GOLD, PREDICTED))
            return mean_of_defined(ratio(2 * found, gold + predicted))

        return evaluate

    def balanced(sums: "Sums") -> "Sums":
        return mean_of_defined(ratio(c.group(sums, RIGHT), c.group(sums, GOLD)))

    def mcc(sums: "Sums") -> "Sums":
        gold, predicted = c.group(sums, GOLD), c.group(sums, PREDICTED)
        n, right = c.take(sums, "items"), c.take(sums, "all_right")
        # Items without an answer are a class of their own among the predictions.
        silent = n - predicted.sum(axis=-1)
        covariance = right * n - (gold * predicted).sum(axis=-1)
        spread_gold = n**2 - (gold**2).sum(axis=-1)
        spread_predicted = n**2 - (predicted**2).sum(axis=-1) - silent**2
        scale = np.sqrt(spread_gold * spread_predicted)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(scale > 0, covariance / scale, 0.0)

    return (
        *(
            Metric(f"macro_f1_{part}", f"macro_f1 in {_ABOUT[part]}", macro_f1(f"@{part}"))
            for part in LAYERS
            if any(name.startswith(f"{GOLD}@{part}:") for name in c.names)
        ),
        Metric("macro_f1", "mean over the classes of the F1 of each (not the F1 of means)", macro_f1()),
        Metric("mcc", "Matthews correlation, 0 for a constant answer", mcc, lowest=-1.0),
        Metric("balanced_accuracy", "mean over the classes of the recall of each", balanced),
        _item_share(c, "accuracy", "share of items answered right; a missing answer is wrong", "all_right"),
        *_part_metrics(c, "accuracy"),
        *_optional_metrics(c),
    )


def date_metrics(columns: Columns) -> tuple[Metric, ...]:
    """The metrics of dates: exact bounds first, then how far the others are off."""
    c = columns
    return (
        Metric(
            "exact_macro",
            "exact, each distinct expected answer counting the same, however many items have it",
            share(c, "weight_right", "weight"),
        ),
        _item_share(c, "exact", "share of items with both bounds right, open ends included", "all_right"),
        *_part_metrics(c, "exact"),
        _item_share(
            c, "exact_closed", "the same where the expected interval is closed", "closed_right", "closed"
        ),
        _item_share(c, "exact_open", "the same where it is open at one end", "open_right", "open"),
        Metric(
            "iou_days",
            "days in both intervals over days in either, mean over closed ones",
            share(c, "iou", "closed"),
        ),
        _item_share(c, "covers", "share of items whose answer covers the expected days", "covers"),
        _item_share(c, "same_month", "share of items right to the month", "same_month"),
        _item_share(c, "same_year", "share of items right to the year", "same_year"),
        *_optional_metrics(c),
    )


def claim_metrics(columns: Columns) -> tuple[Metric, ...]:
    """The metrics of extracted claims, from sums over the 1:1 assignment within each paragraph."""
    c = columns

    def f1(agreed: str) -> "Callable[[Sums], Sums]":
        def evaluate(sums: "Sums") -> "Sums":
            return ratio(2 * c.take(sums, agreed), c.take(sums, "items") + c.take(sums, "found"))

        return evaluate

    return (
        Metric("f1", "F1 of the claims found that make an expected claim, one each", f1("all_right")),
        Metric("precision", "the same as a share of the claims found", share(c, "all_right", "found")),
        _item_share(c, "recall", "share of the expected claims found", "all_right"),
        *(
            _item_share(c, f"recall_{layer}", f"the same in the layer {layer}", f"right_{layer}", layer)
            for layer in LAYERS
        ),
        Metric(
            "unsupported",
            "share of the claims found that make no claim of their paragraph",
            share(c, "unsupported", "found"),
            is_error=True,
        ),
        Metric("soft_f1", "F1 by how like the assigned claims are, from 0 to 1", f1("likeness")),
    )


def _part_metrics(c: Columns, name: str) -> tuple[Metric, ...]:
    """A share of items within each layer, and for claims of others and of the article itself."""
    return tuple(
        _item_share(c, f"{name}_{part}", f"{name} in {_ABOUT[part]}", f"all_right@{part}", f"items@{part}")
        for part in (*VOICES, *LAYERS)
        if f"items@{part}" in c.names
    )


OPTIONAL = ("answered", "brier", "brier_items", "confidence", "confidence_items")
"""Columns that matter only where a system leaves answers out, abstains or gives probabilities."""


def _optional_metrics(c: Columns) -> tuple[Metric, ...]:
    return (
        _item_share(c, "coverage", "share of items answered at all", "answered"),
        _item_share(c, "selective_accuracy", "accuracy over those answered", "all_right", "answered"),
        Metric(
            "brier",
            "squared error of the probabilities, summed over labels (halved for two); 0 is best",
            share(c, "brier", "brier_items"),
            highest=2.0,
            is_error=True,
        ),
        Metric(
            "brier_confidence",
            "squared error of the confidence as a forecast of being right; 0 is best",
            share(c, "confidence", "confidence_items"),
            is_error=True,
        ),
    )


def mean_of_defined(values: "Sums") -> "Sums":
    """The mean over the last axis, NaN left out; NaN where nothing is defined."""
    is_defined = ~np.isnan(values)
    return ratio(np.where(is_defined, values, 0.0).sum(axis=-1), is_defined.sum(axis=-1).astype(float))


def label_columns(
    labels: Sequence[str], parts: Sequence[str] = (), *, classes_of: Sequence[str] = ()
) -> Columns:
    """The columns in which labels are counted: items right in each of the parts, classes in some of them."""
    groups = [
        f"{prefix}{part}:{label}"
        for part in ("", *(f"@{name}" for name in classes_of))
        for prefix in (RIGHT, GOLD, PREDICTED)
        for label in labels
    ]
    return Columns(("items", "all_right", *OPTIONAL, *_part_columns(parts), *groups))


def date_columns(parts: Sequence[str] = ()) -> Columns:
    """The columns in which dates are counted."""
    return Columns((*DATE_COLUMNS.names, *_part_columns(parts)))


def _part_columns(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{name}@{part}" for part in parts for name in ("items", "all_right"))


DATE_COLUMNS = Columns(
    (
        "items",
        "all_right",
        *OPTIONAL,
        "weight",
        "weight_right",
        "closed",
        "closed_right",
        "open",
        "open_right",
        "iou",
        "covers",
        "same_month",
        "same_year",
    )
)
CLAIM_COLUMNS = Columns(
    (
        "items",
        "all_right",
        "found",
        "likeness",
        "unsupported",
        *LAYERS,
        *(f"right_{layer}" for layer in LAYERS),
    )
)
