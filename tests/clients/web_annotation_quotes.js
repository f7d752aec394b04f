// Reads {text, selectors: [selector, …]} from standard input and prints, for each selector of the Web Annotation
// data model, the words that Apache Annotator finds for it in the text.
import { readFileSync } from "node:fs";
import { textPositionSelectorMatcher, textQuoteSelectorMatcher } from "@apache-annotator/selector";

const MATCHERS = {
  TextPositionSelector: textPositionSelectorMatcher,
  TextQuoteSelector: textQuoteSelectorMatcher,
};

const { text, selectors } = JSON.parse(readFileSync(0, "utf8"));
const chunk = { data: text, equals: (other) => other.data === text };
const chunker = () => ({
  currentChunk: chunk,
  nextChunk: () => null,
  previousChunk: () => null,
  precedesCurrentChunk: () => false,
});

const results = [];
for (const selector of selectors) {
  const found = [];
  for await (const range of MATCHERS[selector.type](selector)(chunker())) {
    found.push(text.slice(range.startIndex, range.endIndex));
  }
  results.push(found);
}
process.stdout.write(JSON.stringify(results));
