"use strict";
// The tables of the data block, read column by column.
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

const timeInWords = (edtf) => (edtf === null ? "no time" : data.times[edtf]);

function rowOf(claimId) {
  const { values } = claims.columns.get("claim_id");
  return values.indexOf(claimId);
}
