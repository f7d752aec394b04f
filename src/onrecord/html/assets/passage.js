"use strict";
// The sentence of a claim in its surroundings, with the words that the claim rests on marked where the text is there.

// A sentence as text and marks; offsets count code points, as the records do.
function markedSentence(text, spans) {
  const points = [...text];
  const parts = [];
  let last = 0;
  for (const [start, end] of [...spans].sort((one, other) => one[0] - other[0])) {
    if (start < last) continue;
    parts.push(points.slice(last, start).join(""), make("mark", {}, points.slice(start, end).join("")));
    last = end;
  }
  return [...parts, points.slice(last).join("")];
}

// The paragraph of a claim, or the whole document up to a paragraph after it, as elements.
function passageOf(source, claim, isWhole) {
  const own = source.sentences[claim.sentence].paragraph;
  const marked = new Map();
  for (const [at, start, end] of claim.marks) marked.set(at, [...(marked.get(at) ?? []), [start, end]]);
  const marks = new Set(marked.keys());
  const paragraphs = new Map();
  source.sentences.forEach((sentence, at) => {
    const isNear = sentence.paragraph === own || sentence.paragraph === own - 1 || marks.has(at);
    if (isWhole ? sentence.paragraph > own + 1 : !isNear) return;
    const isOwn = at === claim.sentence;
    const shown = make(isOwn ? "strong" : "span", isOwn ? { class: "own" } : {}, ...markedSentence(sentence.text, marked.get(at) ?? []));
    if (!paragraphs.has(sentence.paragraph)) paragraphs.set(sentence.paragraph, make("p", { dir: "auto" }));
    if (sentence.text) paragraphs.get(sentence.paragraph).append(shown, " ");
  });
  return [...paragraphs.values()].filter((paragraph) => paragraph.childNodes.length);
}
