"use strict";
// Elements made by scripts, and labels and numbers in words. Text always stays text.
const inWords = (label) => label.replaceAll("_", " ");
const grouped = (number) => number.toLocaleString("en-US");

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function makeSign(label) {
  const space = "http://www.w3.org/2000/svg";
  const symbol = document.createElementNS(space, "svg");
  symbol.setAttribute("class", `symbol is-${label}`);
  symbol.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#symbol-${label}`);
  symbol.append(use);
  return symbol;
}
