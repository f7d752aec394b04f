"""The measures of likeness that are compared, from 0 to 1, each alone and with the checks of `likeness`.

Token F1 is our own; the others are those of the libraries that their papers use.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from nltk.stem.snowball import SnowballStemmer
from nltk.translate.meteor_score import single_meteor_score
from numpy.typing import NDArray
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.chrf import CHRF
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.metric_meta.pairs import TextPair, names_in, sources, split_of
from onrecord.benchmark.likeness import CHECKS, agreement, token_f1
from onrecord.benchmark.wording import read_wording

Scores = NDArray[np.float64]
Candidate = Callable[[Sequence[TextPair]], Scores]
"""A measure: pairs in, an array of one score per pair out."""


def chrf2(pairs: Sequence[TextPair]) -> Scores:
    """SacreBLEU's chrF2 without case, recall weighted twice (Popović 2016)."""
    metric = CHRF(lowercase=True)
    return np.array([metric.sentence_score(pair.other, [pair.one]).score / 100 for pair in pairs])


def token_f1_of_stems(pairs: Sequence[TextPair]) -> Scores:
    """Token F1 on words cut off after five letters."""
    return np.array([token_f1(read_wording(pair.one), read_wording(pair.other)) for pair in pairs])


def rouge_l(pairs: Sequence[TextPair]) -> Scores:
    """ROUGE-L's F1 with stems (Lin 2004), of the package rouge-score."""
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    return np.array([scorer.score(pair.one, pair.other)["rougeL"].fmeasure for pair in pairs])


def meteor(pairs: Sequence[TextPair]) -> Scores:
    """METEOR with stems and without synonyms (Banerjee & Lavie 2005), of NLTK."""
    stemmer = SnowballStemmer("english")
    tokens = [
        [pair.one.lower().rstrip(".").split(), pair.other.lower().rstrip(".").split()] for pair in pairs
    ]
    return np.array(
        [single_meteor_score(one, other, stemmer=stemmer, wordnet=_NoSynonyms()) for one, other in tokens]
    )


def tf_idf(pairs: Sequence[TextPair]) -> Scores:
    """Cosine of TF-IDF vectors of words, weighted by scikit-learn on all texts of the pairs."""
    vectors = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b")
    vectors.fit(sorted({text for pair in pairs for text in (pair.one, pair.other)}))
    one, other = (vectors.transform([getattr(pair, side) for pair in pairs]) for side in ("one", "other"))
    return np.asarray(one.multiply(other).sum(axis=1)).ravel()


CANDIDATES: Mapping[str, Candidate] = {
    "chrF2": chrf2,
    "token F1": token_f1_of_stems,
    "ROUGE-L": rouge_l,
    "METEOR": meteor,
    "TF-IDF": tf_idf,
}


def checked(pairs: Sequence[TextPair]) -> dict[str, Scores]:
    """The factor of each check for each pair."""
    read = []
    for pair in pairs:
        document_id = pair.paragraph[0]
        names = names_in(split_of()[document_id])
        read.append((read_wording(pair.one, names), read_wording(pair.other, names), sources()[document_id]))
    return {name: np.array([agreement(*given, [name]) for given in read]) for name in CHECKS}


class _NoSynonyms:
    """What METEOR asks for synonyms; a dictionary of them would have to be downloaded."""

    def synsets(self, *_: Any, **__: Any) -> list[Any]:
        return []


@cache
def entailment(folder: str) -> Candidate:
    """A measure by an entailment model: the smaller of the probabilities that a text follows from the other.

    The folder holds a sequence classifier of `transformers` with a label `entailment`. Nothing is downloaded.
    """
    from transformers import pipeline

    classify = pipeline("text-classification", model=folder, tokenizer=folder, top_k=None)

    def measure(pairs: Sequence[TextPair]) -> Scores:
        ways = [[(pair.one, pair.other), (pair.other, pair.one)] for pair in pairs]
        asked = [{"text": premise, "text_pair": follows} for both in ways for premise, follows in both]
        found = [
            next(row["score"] for row in rows if row["label"].lower() == "entailment")
            for rows in classify(asked)
        ]
        least: Scores = np.array(found, dtype=np.float64).reshape(-1, 2).min(axis=1)
        return least

    return measure
