"use strict";
// The tables of the data block, read column by column, and helpers that create elements. Text always stays text.
class Table {
  constructor({ n, fields, columns }) {
    this.n = n;
    this.fields = fields;
    this.columns = new Map(fields.map((field, index) => [field, columns[index]]));
  }

  value(field, row) {
    const { values, codes } = this.columns.get(field);
    return codes ? values[codes[row]] : values[row];
  }

  // The row as the dataset has it: what `onrecord show --format json` prints.
  record(row) {
    return Object.fromEntries(this.fields.map((field) => [field, this.value(field, row)]));
  }

  // For each row, whether its value passes; each distinct value is tested once.
  passing(field, passes) {
    const { values, codes } = this.columns.get(field);
    const found = values.map(passes);
    return codes ? (row) => found[codes[row]] : (row) => found[row];
  }
}

const data = JSON.parse(document.getElementById("data").textContent);
const claims = new Table(data.claims);
const segments = new Table(data.segments);
const relations = new Table(data.relations);

const inWords = (label) => label.replaceAll("_", " ");
const timeInWords = (edtf) => (edtf === null ? "no time" : data.times[edtf]);
const grouped = (number) => number.toLocaleString("en-US");

function rowOf(claimId) {
  const { values } = claims.columns.get("claim_id");
  return values.indexOf(claimId);
}

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
