"use strict";
// Times in the EDTF profile: the form is the pattern of the schema, the calendar and the order are checked here.
const isTimeForm = (text) => new RegExp(`^(?:${document.body.dataset.timePattern})$`).test(text);

// First and last day of a year, month or day as text that compares; null if the calendar has no such day.
function boundsOf(date) {
  const [year, month, day] = date.split("-").map(Number);
  if (year < 1) return null;
  const last = new Date(Date.UTC(2000, month ?? 12, 0));
  last.setUTCFullYear(year, month ?? 12, 0);
  if (day !== undefined && (day < 1 || day > last.getUTCDate())) return null;
  const two = (number) => String(number).padStart(2, "0");
  const start = `${date.slice(0, 4)}-${two(month ?? 1)}-${two(day ?? 1)}`;
  return [start, `${date.slice(0, 4)}-${two(month ?? 12)}-${two(day ?? last.getUTCDate())}`];
}

// What is wrong with a time, in words; "" if nothing is.
function timeProblem(text) {
  if (!isTimeForm(text)) return "Write 2024, 2024-02, 2024-02-14, an interval 2024-02-05/2024-02-11, ../2024-02-14 or 2024-02-14/..";
  const parts = text.split("/");
  const bounds = parts.map((part) => (part === ".." ? ["", "9999-99-99"] : boundsOf(part)));
  if (bounds.includes(null)) return "The calendar has no such day.";
  const isReversed = parts.length === 2 && parts[0] !== ".." && parts[1] !== ".." && bounds[0][0] > bounds[1][1];
  return isReversed ? "The interval ends before it starts." : "";
}
