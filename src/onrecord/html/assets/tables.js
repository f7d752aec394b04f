"use strict";
// The tables of the data block, read column by column.
const data = JSON.parse(document.getElementById("data").textContent);
const CODES = new Map([...data.alphabet].map((letter, code) => [letter, code]));

// Ids are written as the number of their start and the number at their end.
function withIds(column) {
  const { starts, numbers } = column;
  if (!numbers) return column;
  const values = [];
  for (let at = 0; at < numbers.length; at += 2) values.push(starts[numbers[at]] + String(numbers[at + 1]).padStart(3, "0"));
  return { values };
}

class Table {
  constructor({ n, fields, columns }) {
    this.n = n;
    this.fields = fields;
    this.columns = new Map(fields.map((field, index) => [field, withIds(columns[index])]));
  }

  // The number of a row's value among the distinct ones; the codes are characters or numbers.
  code({ codes }, row) {
    return codes === undefined ? row : typeof codes === "string" ? CODES.get(codes[row]) : codes[row];
  }

  value(field, row) {
    const column = this.columns.get(field);
    const value = column.values[this.code(column, row)];
    if (field === "anchors") return anchorsOf(value);
    return field === "text" && value === null ? this.readText(row) : value;
  }

  // The text of a claim that the reading view has, so that the file holds it once.
  readText(row) {
    return document.getElementById(this.value("claim_id", row)).querySelector(".text").textContent;
  }

  // The row as the dataset has it: what `onrecord show --format json` prints.
  record(row) {
    return Object.fromEntries(this.fields.map((field) => [field, this.value(field, row)]));
  }

  // For each row, whether its value passes; each distinct value is tested once.
  passing(field, passes) {
    const column = this.columns.get(field);
    const found = column.values.map(passes);
    return (row) => found[this.code(column, row)];
  }
}

const claims = new Table(data.claims);
const more = new Table(data.more);
const segments = new Table(data.segments);
const relations = new Table(data.relations);
const annotations = new Table(data.annotations);

const timeInWords = (edtf) => (edtf === null ? "no time" : data.times[edtf]);
const speakerName = (id) => data.speakers[id]?.[0] ?? id;

function anchorsOf(flat) {
  const found = [];
  for (let at = 0; at < flat.length; at += 3) {
    found.push({ segment_id: segments.value("segment_id", flat[at]), start: flat[at + 1], end: flat[at + 2] });
  }
  return found;
}

const rowsById = new Map();
for (let row = 0; row < claims.n; row++) rowsById.set(claims.value("claim_id", row), row);
const rowOf = (claimId) => rowsById.get(claimId) ?? -1;

// A label of a field as people read it.
function shownLabel(field, value) {
  if (value === null || value === undefined) return field === "about_time" ? "no time" : "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((one) => shownLabel(field, one)).join(", ") || "none";
  if (field === "speaker_id" || field === "via") return speakerName(value);
  return field === "stated_on" || field === "about_time" ? timeInWords(value) : inWords(String(value));
}
