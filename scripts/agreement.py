"""Make the tables of docs/agreement.md: how far passes of one model agree with each other.

Called by the cog blocks of that page; `annotators` computes the figures.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from onrecord.benchmark.matching import THRESHOLD, overlaps
from onrecord.benchmark.sources import document_sources
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.wording import names_of
from onrecord.dataset.agreement import confusions as confusions_of
from onrecord.dataset.agreement import domain, pairwise
from onrecord.dataset.agreement_formats import AGREEMENT_HEAD, agreement_cells, interval_text
from onrecord.dataset.alpha import Scale
from onrecord.dataset.load import iter_rows
from onrecord.dataset.resampling import bootstrap
from onrecord.model.annotations import annotated_fields, has_labelled, label_of, shown
from onrecord.model.tables import SPLITS
from scripts.annotators import (
    PARTS,
    Round,
    by_paragraph,
    claims,
    claims_of,
    extracted_label,
    extracted_labels,
    final_label,
    folders,
    held_out,
    last_extraction,
    last_labelling,
    overlap_interval,
    placed,
    read_lines,
    rounds,
    scales,
    share,
    single_field_scores,
    total,
)
from scripts.markdown import pipe_table

OWN_SPLITS = ("challenge", "validation")
"""The splits of the documents that were written for the dataset."""
FEWEST = 3
"""Annotators whose common label against the final one is listed claim by claim."""
SINGLE_FIELD_AIM = 0.75
"""The largest share of the content claims whose verifiability another field alone may give away."""
NO_REASON = "no reason is recorded"


def agreement_tables() -> str:
    """The agreement on each field, one chapter per round with labels, the latest first."""
    found = [one for one in rounds() if one.labellings]
    chapters = []
    for one in reversed(found):
        now = ", the labels of the table `annotations`" if one is found[-1] else ""
        names = ", ".join(f"`{name}`" for name in one.labellings)
        head = f"### Round {one.number}{now}\n\nPasses: {names}."
        chapters.append(f"{head}\n\n{agreement_table(one)}")
    return "\n\n".join(chapters)


def agreement_table(one: Round) -> str:
    """Alpha with its interval, raw agreement and number of items: one row per field and scale."""
    body = []
    for field in one.fields:
        body += [_agreement(one, field, scale, None) for scale in scales(field)]
        if field == "stated_on":
            body += [_agreement(one, field, "nominal", part) for part in PARTS if one.labels(field, part)]
    return pipe_table(("label", *AGREEMENT_HEAD), body)


def _agreement(one: Round, field: str, scale: Scale, part: str | None) -> tuple[str, ...]:
    name = f"`{field}`" + (f", {PARTS[part]}" if part else "")
    return (name, *agreement_cells(one.agreement(field, scale, part)))


def held_out_table() -> str:
    """How often two readings that had no part in the making agree with the final labels and each other."""
    readings = held_out()
    final = claims()
    sides = {**readings, "final": final}
    pairs = [*combinations(readings, 2), *((name, "final") for name in readings)]

    def same(field: str, one: str, other: str) -> str:
        ids = readings[next(iter(readings))]
        return (
            f"{pairwise([[_label(sides[side][name], field) for side in (one, other)] for name in ids]):.1%}"
        )

    body = [(f"`{field}`", *(same(field, *pair) for pair in pairs)) for field in annotated_fields()]
    return pipe_table(("label", *(f"{one} and {other}" for one, other in pairs)), body)


def marginals_table(field: str) -> str:
    """How often each annotator of the latest round gave each label, next to the final counts."""
    one = last_labelling()
    sides = {
        name: Counter(_label(row, field) for row in own.values() if has_labelled(row, field))
        for name, own in one.labellings.items()
    }
    final = Counter(_label(claim, field) for claim in claims_of())
    given = [shown(label) for label in domain(field, one.labels(field).values())]
    order = [*given, *sorted((final.keys() | {key for side in sides.values() for key in side}) - set(given))]
    used = [label for label in order if final[label] or any(side[label] for side in sides.values())]
    return pipe_table(
        ("label", *sides, "final"),
        ((f"`{label}`", *(side[label] for side in sides.values()), final[label]) for label in used),
    )


def confusion_table(field: str) -> str:
    """Pairs of annotators of the latest round by two different labels that they gave to a claim."""
    pairs = confusions_of(last_labelling().labels(field).values())
    if not pairs:
        return "No two annotators gave different labels to a claim."
    body = ((f"`{shown(one)}`", f"`{shown(other)}`", count) for (one, other), count in pairs.items())
    return pipe_table(("one says", "another says", "pairs"), body)


def confusions() -> str:
    """A chapter per field of the latest round: confusions, and how often each label was given."""
    fields = last_labelling().fields
    return "\n\n".join(
        f"### `{field}`\n\n{confusion_table(field)}\n\n{marginals_table(field)}" for field in fields
    )


def coverage_table(split: str = "test") -> str:
    """The length of each annotator's own list, and the share of the final list that it found."""
    lists, found = last_extraction(split).extractions, extracted_labels(split)
    body = []
    for name, own in lists.items():
        has = {claim["claim_id"]: claim["claim_id"] in found[name] for claim in claims_of(split)}
        interval = _interval(bootstrap(by_paragraph(has), share), percent=True)
        body.append((name, len(own), sum(has.values()), f"{np.mean(list(has.values())):.1%}", interval))
    head = ("annotator", "claims in own list", "claims of the final list found", "share", "95 % interval")
    return pipe_table(head, body)


def own_documents() -> str:
    """The agreement on the documents of our own writing: a chapter per split."""
    chapters = []
    for split in OWN_SPLITS:
        one = last_labelling(split)
        names = ", ".join(f"`{name}`" for name in one.labellings)
        chapters.append(
            f"### `{split}`\n\nLabels, by the passes {names}:\n\n{agreement_table(one)}\n\n"
            f"Claims found, by each pass alone:\n\n{coverage_table(split)}\n\n"
            f"Labels on which the passes differ, and what became of them:\n\n{decided_table(split)}"
        )
    return "\n\n".join(chapters)


def decided_table(split: str) -> str:
    """Per field: the labels on which annotators differ, by whether the final one is that of the majority."""
    one = last_labelling(split)
    counts: dict[str, Counter[str]] = {field: Counter() for field in annotated_fields()}
    for folder in folders(split):
        for row in read_lines(folder.path / "adjudications.jsonl"):
            claim_id, field = row["claim_id"], row["field"]
            given = [_label(own[claim_id], field) for own in one.labellings.values() if claim_id in own]
            (label, count), *_ = Counter(given).most_common(1)
            is_majority = 2 * count > len(given)
            final = _label(claims()[claim_id], field)
            counts[field][
                "no majority" if not is_majority else "majority" if final == label else "other"
            ] += 1
    body = [
        (f"`{field}`", own.total(), own["majority"], own["other"], own["no majority"])
        for field, own in counts.items()
    ]
    every = sum(counts.values(), Counter())
    body.append(("all", every.total(), every["majority"], every["other"], every["no majority"]))
    return pipe_table(
        ("label", "differ", "final is the majority's", "final is another", "there was no majority"), body
    )


def unfound_list() -> str:
    """The claims of the final list that no annotator's own list had."""
    found = {claim_id for own in extracted_labels().values() for claim_id in own}
    missing = [claim for claim in claims_of() if claim["claim_id"] not in found]
    if not missing:
        return "At least one pass found each claim."
    return "\n".join(f"- `{claim['claim_id']}` ({claim['layer']}) {claim['text']}" for claim in missing)


def extraction_table() -> str:
    """F1 between the annotators' own lists, and between each and the final list, by the scorer's matching."""
    names = names_of(iter_rows("speakers"))
    [source] = document_sources(items(find_task("extraction"))).values()
    final = {"final list": [placed(c["claim_id"], c["segment_id"], c["text"]) for c in claims_of()]}
    lists = final | {
        name: [placed(row["number"], row["segment_id"], row["text"]) for row in own]
        for name, own in last_extraction().extractions.items()
    }
    hard = f"F1 (likeness ≥ {THRESHOLD})"
    return pipe_table(
        ("lists", "soft F1", "95 % interval", hard, "95 % interval"),
        (
            (
                f"{one} and {other}",
                f"{total(sums).soft_f1:.3f}",
                _interval(overlap_interval(sums, lambda total: total.soft_f1)),
                f"{total(sums).f1:.3f}",
                _interval(overlap_interval(sums, lambda total: total.f1)),
            )
            for one, other in combinations(lists, 2)
            for sums in [list(overlaps(lists[one], lists[other], names, source).values())]
        ),
    )


def blind_table() -> str:
    """How far the labels of the annotators' own lists agree with the final ones: a row per field."""
    found = extracted_labels()
    body = []
    for field in annotated_fields():
        counts = {name: _same(own, field) for name, own in found.items()}
        asked = sum(len(same) for same in counts.values())
        if not asked:
            continue
        # Three lists that label one claim are three comparisons of one claim.
        by_claim: dict[str, list[bool]] = {}
        for same in counts.values():
            for claim_id, is_same in same.items():
                by_claim.setdefault(claim_id, []).append(is_same)
        right = sum(sum(same.values()) for same in counts.values())
        shares = (f"{np.mean(list(same.values())):.1%}" if same else "" for same in counts.values())
        differ = len(unanimous_against(field))
        body.append((f"`{field}`", len(by_claim), f"{right / asked:.1%}", *shares, differ))
    head = ("label", "claims", "same as the final label", *found, "claims where three agree on another label")
    return pipe_table(head, body)


def _same(own: Mapping[str, Mapping[str, Any]], field: str) -> dict[str, bool]:
    """Whether the label in an annotator's own list is the final one, for each claim that it had."""
    return {
        claim_id: extracted_label(row, field) == final_label(claims()[claim_id], field)
        for claim_id, row in own.items()
        if has_labelled(row, field)
    }


def unanimous_against(field: str) -> list[tuple[str, Any]]:
    """The claims to which three annotators or more gave one label while extracting, and not the final one."""
    found = extracted_labels()
    differing = []
    for claim in claims_of():
        own = [lists[claim["claim_id"]] for lists in found.values() if claim["claim_id"] in lists]
        labels = [extracted_label(row, field) for row in own if has_labelled(row, field)]
        if len(labels) >= FEWEST and len(set(labels)) == 1 and labels[0] != final_label(claim, field):
            differing.append((claim["claim_id"], labels[0]))
    return differing


def unanimous_against_table() -> str:
    """Every claim and field of `unanimous_against`, with the final label and the reason for it."""
    reasons = decisions()
    body = [
        (
            claim_id,
            f"`{field}`",
            shown(label),
            shown(final_label(claims()[claim_id], field)),
            reasons.get((claim_id, field), NO_REASON),
        )
        for field in annotated_fields()
        for claim_id, label in unanimous_against(field)
    ]
    if not body:
        return "There is no such claim."
    return pipe_table(("claim", "label", "all three lists", "final", "why"), sorted(body))


SECTIONS = {
    "layer": "section 3",
    **dict.fromkeys(("speaker_id", "via", "mode", "setting"), "section 4"),
    **dict.fromkeys(("stated_on", "about_time"), "section 5"),
    "kind": "section 6",
    **dict.fromkeys(("verifiability", "evidence", "barriers"), "section 7"),
    "check_worthy": "worth checking",
}
"""What the rule of an erratum says where it is about a field: the guidelines' section, or the question."""


def decisions() -> Mapping[tuple[str, str], str]:
    """The recorded reasons by claim and field: of adjudications, or of the errata whose rule is about it."""
    found: dict[tuple[str, str], str] = {}
    for folder in folders():
        for row in read_lines(folder.path / "errata.jsonl"):
            for field, words in SECTIONS.items():
                if words in row["rule"].lower():
                    found[row["claim_id"], field] = row["rule"]
        for row in read_lines(folder.path / "adjudications.jsonl"):
            found[row["claim_id"], row["field"]] = row["reason"]
    return found


def adjudications_table() -> str:
    """Each label on which the annotators disagreed, what each of them said, the decision and its reason."""
    sides = last_labelling().labellings
    return pipe_table(
        ("claim", "label", *sides, "final", "reason"),
        (
            (
                row["claim_id"],
                f"`{row['field']}`",
                *(_label(own.get(row["claim_id"], {}), row["field"]) for own in sides.values()),
                _label(claims()[row["claim_id"]], row["field"]),
                row["reason"],
            )
            for folder in folders("test")
            for row in read_lines(folder.path / "adjudications.jsonl")
        ),
    )


def single_field_table() -> str:
    """How well each other field alone predicts verifiability in the content layer: by split, and in all."""
    sides = {split or "all": single_field_scores(split) for split in (*SPLITS, None)}
    return pipe_table(
        ("field", *(f"`{name}`" if name != "all" else name for name in sides), "values in all"),
        (
            (
                f"`{field}`" if field else "none",
                *(f"{right:.1%}" for right in (found[at][2] for found in sides.values())),
                values,
            )
            for at, (field, values, _) in enumerate(sides["all"])
        ),
    )


def above_the_aim() -> str:
    """Which fields alone predict verifiability better than they should, in a sentence."""
    found = [
        f"`{field}`" for field, _, right in single_field_scores(None) if field and right > SINGLE_FIELD_AIM
    ]
    aim = f"The aim is that no field alone is right for more than {SINGLE_FIELD_AIM:.0%} of all claims"
    return f"{aim}: not met, by {', '.join(found)}." if found else f"{aim}: met."


def _label(row: Mapping[str, Any], field: str) -> str:
    """The label of a claim or annotator as people read it; what was not asked is "no label"."""
    return shown(label_of(row, field)) if has_labelled(row, field) else "no label"


def _interval(bounds: tuple[float, float], *, percent: bool = False) -> str:
    low, high = bounds
    return f"{low:.1%} to {high:.1%}" if percent else interval_text(bounds)
