"""A model's output as plain text: thinking blocks, special tokens and markup taken out.

`read_answer` finds the answer in the text.
"""

import re
import unicodedata

_BLOCKS = r"(?:think|thinking|thoughts?|reasoning|reflection|scratchpad)"
_OPENING = rf"[<\[◁]\s*\|?\s*(?:begin_of_)?{_BLOCKS}\b[^>\]▷\n]*[>\]▷]"
_CLOSING = rf"[<\[◁]\s*\|?\s*(?:/|end_of_)\s*{_BLOCKS}\s*\|?\s*[>\]▷]"
_THINKING = re.compile(rf"{_OPENING}.*?(?:{_CLOSING}|\Z)", re.DOTALL | re.IGNORECASE)
_END_OF_THINKING = re.compile(_CLOSING, re.IGNORECASE)
_CHANNEL = re.compile(
    r"<\|channel\|>\s*(\w+)[^<]*<\|message\|>(.*?)(?=<\|(?:end|return|start|channel)\|>|\Z)", re.DOTALL
)

_SUBSTITUTIONS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), replacement)
    for pattern, replacement in (
        (r"[\ue000-\uf8ff\u200b-\u200d\u2060\ufeff\u00ad]", ""),
        (r"<\|[^|<>\n]*\|>|</?s>|<(?:eos|bos|pad|br ?/?|/?p)>|</?(?:start|end)_of_turn>", "\n"),
        (r"<answer>|\\boxed\s*\{", "\nAnswer: "),
        (r"</answer>", "\n"),
        (r"</?(?:b|i|em|strong|code|u|span|mark)>|\\(?:text|textbf|textit|texttt|mathrm|mathbf)\b", ""),
        # What is struck out is taken back.
        (r"~~.*?~~|<(?:s|del|strike)>.*?</(?:s|del|strike)>", ""),
        (r"\\([_.()\[\]#+!-])", r"\1"),
        (r"[*`\"$\\{}“”„«»]", " "),
        (r"[’‘ʼ´]", "'"),
        (r"(?<!\w)'|'(?!\w)", " "),
        (r"(?<=\d)[‐‑‒–−](?=\d)|[‐‑−]", "-"),
        (r"[‒–—―]", " - "),
        # Underscores around a word are emphasis.
        (r"(?<![^\W_])_+|_+(?![^\W_])", ""),
    )
)


def plain_text(output: str) -> str:
    """The text that a model meant for its reader, without markup. Empty if it only thought."""
    text = _without_thinking(output)
    for pattern, replacement in _SUBSTITUTIONS:
        text = pattern.sub(replacement, text)
    return unicodedata.normalize("NFKC", text)


def _without_thinking(output: str) -> str:
    """The output without thinking blocks; a block that is not closed reaches to the end.

    Some chat templates open the block in the prompt, so that only its end is in the output.
    """
    if channels := _CHANNEL.findall(output):
        return "\n".join(text for name, text in channels if name == "final")
    return _END_OF_THINKING.split(_THINKING.sub("\n", output))[-1]
