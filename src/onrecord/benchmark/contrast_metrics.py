"""The metrics of contrast pairs, and the columns that they follow from."""

from onrecord.benchmark.metrics import Columns, Metric, share

PAIR_COLUMNS = Columns(
    (
        "items",
        "all_right",
        "inputs",
        "inputs_right",
        "changing",
        "changing_right",
        "keeping",
        "keeping_right",
    )
)
"""What is counted per pair: `items` are pairs, and `all_right` those with both answers right."""


def pair_metrics(columns: Columns) -> tuple[Metric, ...]:
    """The metrics of pairs."""
    c = columns

    def part(name: str, meaning: str, right: str, of: str) -> Metric:
        # Pairs are independent of each other, as the inputs of one pair are not.
        return Metric(name, meaning, share(c, right, of), shares=(right, of))

    return (
        part("consistency", "share of pairs with both answers right", "all_right", "items"),
        part("consistency_changing", "the same where the answer changes", "changing_right", "changing"),
        part("consistency_keeping", "the same where it stays", "keeping_right", "keeping"),
        Metric("accuracy", "share of inputs answered right", share(c, "inputs_right", "inputs")),
    )
