"""How the answer in a model's output is read: the last one that the model commits to, or INVALID.

A wrong reading would be a wrong score that nobody sees. So whatever is negated, hedged between two answers or
written in another form is INVALID, which is counted. The steps:

1. `plain_text` takes out thinking blocks and markup, `mentions` finds what names an answer.
2. The text is cut into statements; questions commit to nothing. After "Wait, ..." only the rest counts.
3. The last statement that is marked ("Answer: ...") or bare (the answer and words such as "it is") counts.
   Without one the last conclusion counts ("so ...", "overall ..."), and without that the whole text.
4. In what counts, mentions that are denied ("not", "rather than") are left out; all others must agree.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from onrecord.benchmark.harness.mentions import Mention, find_choices, find_dates
from onrecord.benchmark.harness.plain_text import plain_text
from onrecord.model import edtf

INVALID = "[invalid]"
"""The reading of an output without a possible answer; it is wrong, and counted."""
NO_CLAIMS = "none"
"""The answer that there is no claim, the word that the prompt of `extraction` offers."""

_BULLET = re.compile(r"^\s*(?:[-•·]|\(?\d{1,3}[.)])\s+")
_PLACE = re.compile("\ue000(\\d+)\ue001")
"""A mention in the text, by its number."""
_END = re.compile(
    r"(\?)[\s'\")\]]*|[.!;]+(?=[\s'\")\]]|$)[\s'\")\]]*|\n+|"
    r"(?<=\ue001)\s*(?:: (?!\s*(?:no|false)\b)| - )"
)
_MARK = re.compile(
    r"(?P<other>\b(?:incorrect|wrong|false|other|another|possible|alternative|opposite)\s+)?"
    r"\b(?:(?:answer|label|verdict|conclusion|classification|judge?ment|prediction)\b"
    r"(?: (?:to (?:this|the)(?: \w+)?|here|therefore|thus))?[^\S\n]*(?:\(\w+\))?[^\S\n]*"
    r"(?:[:=]|-+>|→|(?:is|would be|must be)\b[^\S\n]*:?)|"
    r"i(?:'d|'ll| would| will)? (?:choose|pick|go with|settle on|answer)\b[^\S\n]*:?)",
    re.IGNORECASE,
)
_RETRACTION = re.compile(
    r"(?:^|(?<=[\n.!?;,-]))\s*(?:no,?\s+)?(?:wait|correction|on reflection|on second thoughts?|scratch that|"
    r"actually|let me (?:reconsider|correct that)|i change my (?:mind|answer)|hmm+|sorry)\b",
    re.IGNORECASE,
)
_MOST_RETRACTIONS = 5
"""Retractions that are looked at, from the last one back."""
_CONCLUSION = re.compile(
    r"\b(?:so|therefore|thus|hence|overall|in conclusion|in (?:sum|short)|to conclude|consequently|finally|"
    r"in the end|i (?:conclude|choose|pick|go with|settle on)|my (?:choice|pick))\b",
    re.IGNORECASE,
)
_PLAIN_WORD = re.compile(
    r"a|an|and|answer|as|be|believe|best|choice|claim|classified|clearly|completely|conclude|date|"
    r"definitely|entirely|final|finally|fully|go|hence|i|i'd|i'll|id|is|it|it's|label|likely|maybe|my|"
    r"of|on|one|option|or|overall|perhaps|probably|put|rather|said|say|seems|simply|so|speaker|spoke|"
    r"statement|that|that's|the|therefore|think|this|thus|verdict|was|we|with|would|"
    r"\d+|."
)
"""Words of a bare statement, enumerators included: "It is ...", "(b) ...", "I'd say ..."."""
_CLAUSE = re.compile(
    r"[:;]|,?\s*\b(?:but|so|therefore|thus|hence|because|since|instead|although|though)\b|"
    r",\s*(?:it|this|that|the|which|he|she)\b",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(r"\b(?:no doubt|not only|without (?:a )?doubt|no question)\b", re.IGNORECASE)
_DENIED_BEFORE = re.compile(
    r"\b(?:not|never|neither|nor|cannot|no|none|without|rather than|instead of|far from|anything but|unlike|"
    r"except|"
    r"excludes?|excluded|rules? out|ruled out|whether|if|unless)\b|"
    r"n't\b",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"[\s,')]*(?:(?:is|was|did|does|would|could|can|has|seems|looks)\s*(?:not\b|n't\b)|"
    r"(?:isn|wasn|didn|doesn|wouldn|couldn|can)'t\b|cannot\b|"
    r"(?:is|was|would be|seems)\s+(?:wrong|incorrect|false|too|excluded|ruled out|out)\b|"
    r"[:=]\s*(?:no|false|0)\b|\(?\s*(?:no|false)\b|(?:or(?: maybe| perhaps)?|maybe|perhaps)\s+not\b|"
    r",?\s*(?:only\s+)?(?:if|when|provided|unless)\b)",
    re.IGNORECASE,
)
_REASON = re.compile(r"\b(?:because|since|given that|due to)\b", re.IGNORECASE)
"""What follows explains the answer, and may well name another one."""
_SAME_FATE = re.compile(r"[\s,/]*(?:(?:and/)?(?:or|nor)|and|/|,)\s*(?:even\s+)?", re.IGNORECASE)


def read_answer(task: str, output: str, choices: tuple[str, ...]) -> str:
    """The label, speaker or EDTF string that a model's output commits to, or INVALID."""
    text = plain_text(output)
    if task == "date":
        mentions = find_dates(text)
    else:
        mentions = find_choices(text, choices, has_degrees=task == "verifiability")
    parts, end = [], 0
    for number, mention in enumerate(mentions):
        parts += [text[end : mention.start], f"\ue000{number}\ue001"]
        end = mention.end
    return _Reader(mentions).read("".join(parts) + text[end:])


def is_accepted(task: str, answer: str, accepted: Sequence[str]) -> bool:
    """Whether an answer that was read is one of those that are right; a date by its bounds."""
    if task == "date" and answer != INVALID:
        return any(edtf.parse(answer) == edtf.parse(one) for one in accepted)
    return answer in accepted


def read_claims(output: str) -> list[str]:
    """The claims of a model's output, one per line, without bullets and numbers; none for the word none."""
    return [line for line in _claim_lines(output) if not _is_none(line)]


def says_no_claims(output: str) -> bool:
    """Whether a line of a model's output is the word none; an empty output does not say it."""
    return any(map(_is_none, _claim_lines(output)))


def _claim_lines(output: str) -> Iterator[str]:
    lines = (_BULLET.sub("", line).strip() for line in plain_text(output).splitlines())
    return filter(None, lines)


def _is_none(line: str) -> bool:
    return line.casefold().rstrip(".") == NO_CLAIMS


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str
    is_question: bool
    is_marked: bool
    """Whether it comes after "Answer:" or the like."""

    @property
    def is_bare(self) -> bool:
        """Whether it says nothing but the answer."""
        words = re.findall(r"[^\W_](?:[\w']*\w)?", _PLACE.sub(" ", self.text).lower())
        return bool(_PLACE.search(self.text)) and all(map(_PLAIN_WORD.fullmatch, words))


@dataclass(frozen=True, slots=True)
class _Reader:
    mentions: Sequence[Mention]

    def read(self, text: str) -> str:
        """The answer of a text in which mentions are replaced by their numbers."""
        for cue in list(_RETRACTION.finditer(text))[: -_MOST_RETRACTIONS - 1 : -1]:
            rest = list(_statements(text[cue.end() :]))
            if any(_PLACE.search(statement.text) for statement in rest if not statement.is_question):
                return self._committed(rest)
        return self._committed(list(_statements(text)))

    def _committed(self, statements: Sequence[_Statement]) -> str:
        said = [statement for statement in statements if not statement.is_question]
        last = next((at for at in reversed(range(len(said))) if said[at].is_marked or said[at].is_bare), None)
        if last is not None:
            # Two bare answers in a row are a list of the choices, or a hesitation.
            first = last
            while (
                first and not said[first].is_marked and (said[first - 1].is_bare or said[first - 1].is_marked)
            ):
                first -= 1
            return self._agreed(said[first : last + 1])
        conclusions = [s for s in said if _CONCLUSION.search(s.text) and _PLACE.search(s.text)]
        return self._agreed(conclusions[-1:] or said)

    def _agreed(self, statements: Sequence[_Statement]) -> str:
        """The one answer that the statements give together."""
        asserted = [mention for statement in statements for mention in self._asserted(statement.text)]
        values = {mention.value for mention in asserted if mention.value is not None}
        meanings = {mention.meaning for mention in asserted}
        return values.pop() if len(meanings) == len(values) == 1 else INVALID

    def _asserted(self, text: str) -> Iterator[Mention]:
        """The mentions of a statement that are not denied."""
        text = _NO_DENIAL.sub("", text)
        if (first := _PLACE.search(text)) and (reason := _REASON.search(text, first.end())):
            text = text[: reason.start()]
        places = list(_PLACE.finditer(text))
        is_denied, end = False, 0
        for at, place in enumerate(places):
            before = text[end : place.start()]
            after = text[place.end() : places[at + 1].start() if at + 1 < len(places) else len(text)]
            if not (at and _SAME_FATE.fullmatch(before) and is_denied):
                clause = _CLAUSE.split(before)[-1]
                is_denied = bool(_DENIED_BEFORE.search(clause))
            is_denied |= bool(_DENIED_AFTER.match(after))
            if not is_denied:
                yield self.mentions[int(place[1])]
            end = place.end()


def _statements(text: str) -> Iterator[_Statement]:
    """The statements of a text in order, blank ones left out."""
    marks = [mark.end() for mark in _MARK.finditer(text) if _opens_an_answer(text, mark)]
    for start, end in pairwise([0, *marks, len(text)]):
        yield from _split(text[start:end], is_marked=start in marks)


def _opens_an_answer(text: str, mark: re.Match[str]) -> bool:
    """Whether it is a mark: with a colon always, with 'is' only if the sentence goes on to name an answer."""
    if mark["other"]:
        return False
    sentence = re.split(r"[.!?\n]", text[mark.end() :], maxsplit=1)[0]
    return mark[0].rstrip()[-1] in ":=>→" or bool(_PLACE.search(sentence))


def _split(section: str, *, is_marked: bool) -> Iterator[_Statement]:
    start = 0
    for end in [*_END.finditer(section), None]:
        text = section[start : end.start() if end else len(section)]
        start = end.end() if end else len(section)
        # An enumerator such as "(b)" or "1." before the answer is not a statement.
        if not _PLACE.search(text) and re.fullmatch(r"[\W_]*(?:\w[\W_]*)?", text):
            continue
        yield _Statement(text, is_question=bool(end and end[1]), is_marked=is_marked)
        is_marked = False
