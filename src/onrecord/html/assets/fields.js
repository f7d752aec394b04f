"use strict";
// The questions of a claim as elements. A question shows an answer and reports a new one: `{ value }`, `{ reason }`
// if it cannot be decided, or null. What is done with answers is in `answers.js` and `label.js`.
const OPTION_KEYS = [..."1234567890-="];
const NONE_KEY = "0";

class Question {
  constructor(question, heading, changed) {
    this.name = question.name;
    this.question = question;
    this.changed = changed;
    this.options = make("div", { class: "options" });
    this.meaning = make("p", { class: "meaning", id: `meaning-${this.name}` });
    this.problem = make("p", { class: "problem", id: `problem-${this.name}` });
    this.cannot = make("button", { type: "button", "aria-pressed": "false" }, "Cannot decide", make("kbd", { "aria-hidden": "true" }, "x"));
    this.why = make("input", { type: "text", autocomplete: "off", id: `why-${this.name}` });
    this.whyLine = make("p", { class: "why", hidden: "" }, make("label", { for: this.why.id }, "Why it cannot be decided"), this.why);
    this.element = make(
      "fieldset", { class: "question", id: `question-${this.name}`, "data-field": this.name },
      make("legend", {}, heading),
      make("p", { class: "ask" }, question.question),
      this.options, this.meaning, this.problem,
      make("p", { class: "cannot" }, this.cannot), this.whyLine,
    );
    if (question.labels.length) this.element.append(this.meanings());
    this.cannot.addEventListener("click", () => this.toggleCannot());
    this.why.addEventListener("input", () => this.changed(this.name, { reason: asProse(this.why.value) }));
    this.element.addEventListener("focusin", (event) => this.explain(event.target));
  }

  // The definitions of all labels, one key away.
  meanings() {
    const list = make("dl", {});
    for (const { label, definition, example, near_miss: miss } of this.question.labels) {
      list.append(make("div", {}, make("dt", {}, inWords(label)), make(
        "dd", {}, definition,
        ...(example ? [make("span", { class: "sample" }, make("b", {}, "Example: "), example)] : []),
        ...(miss ? [make("span", { class: "sample" }, make("b", {}, "Near miss: "), miss)] : []),
      )));
    }
    this.details = make("details", { class: "meanings" }, make("summary", {}, "Definitions, examples and near misses", make("kbd", { "aria-hidden": "true" }, "?")), list);
    return this.details;
  }

  // The definition of the label that has the focus.
  explain(target) {
    const found = this.question.labels.find(({ label }) => label === target.value);
    this.meaning.textContent = found ? found.definition : "";
  }

  toggleCannot() {
    const isPressed = this.cannot.getAttribute("aria-pressed") === "true";
    this.changed(this.name, isPressed ? null : { reason: "" });
    this.show(isPressed ? null : { reason: "" });
    if (!isPressed) this.why.focus();
  }

  // Show an answer; `place` is the document, whose speakers are the choices.
  show(answer, place = this.place) {
    if (place !== this.place) { this.place = place; this.offer(place); }
    const isUndecided = answer !== null && "reason" in answer;
    this.cannot.setAttribute("aria-pressed", String(isUndecided));
    this.whyLine.hidden = !isUndecided;
    if (!isUndecided) this.why.value = "";
    else if (asProse(this.why.value) !== answer.reason) this.why.value = answer.reason;
    this.options.hidden = isUndecided;
    this.report("");
    this.put(answer !== null && "value" in answer ? answer.value : undefined);
  }

  offer() { /* most choices are the same for all documents */ }

  report(problem) {
    this.problem.textContent = problem;
  }

  focus() {
    if (this.options.hidden) this.why.focus();
    else (this.options.querySelector("input:checked") ?? this.options.querySelector("input, select"))?.focus();
  }

  option(type, value, shown, key) {
    const input = make("input", { type, name: this.name, value, "aria-describedby": this.meaning.id });
    const label = make("label", { class: "option" }, input, make("span", {}, shown));
    if (key) label.append(make("kbd", { "aria-hidden": "true" }, key));
    input.dataset.key = key ?? "";
    return label;
  }

  inputs() { return [...this.options.querySelectorAll("input")]; }

  // Chooses by a key. True if the question is answered by it, so that the next one can follow.
  press(key) {
    const input = this.options.hidden ? null : this.inputs().find((one) => one.dataset.key === key);
    if (!input) return null;
    input.focus();
    input.click();
    return input.type === "radio";
  }
}

// One label of several, or yes and no.
class OneOf extends Question {
  constructor(...given) {
    super(...given);
    const labels = this.question.form === "yes-no" ? [["yes", true], ["no", false]] : this.question.labels.map(({ label }) => [label, label]);
    this.values = new Map(labels);
    [...this.values.keys()].forEach((label, at) => this.options.append(this.option("radio", label, inWords(label), OPTION_KEYS[at])));
    this.options.addEventListener("change", (event) => this.changed(this.name, { value: this.values.get(event.target.value) }));
  }

  put(value) {
    for (const input of this.inputs()) input.checked = value !== undefined && this.values.get(input.value) === value;
  }
}

// Any number of labels; that none applies is an answer of its own.
class ManyOf extends Question {
  constructor(...given) {
    super(...given);
    this.question.labels.forEach(({ label }, at) => this.options.append(this.option("checkbox", label, inWords(label), OPTION_KEYS[at])));
    this.options.append(this.option("checkbox", "", "none of these", NONE_KEY));
    this.options.addEventListener("change", (event) => this.take(event.target));
  }

  take(changed) {
    for (const input of this.inputs()) {
      if (changed.checked && (input.value === "") !== (changed.value === "")) input.checked = false;
    }
    const chosen = this.inputs().filter((input) => input.checked).map((input) => input.value);
    this.changed(this.name, chosen.length ? { value: chosen.filter(Boolean) } : null);
  }

  put(value) {
    for (const input of this.inputs()) input.checked = value !== undefined && (input.value === "" ? !value.length : value.includes(input.value));
  }
}

// A choice among the speakers of the document, by name.
function speakerSelect(place, first, name) {
  const select = make("select", { "aria-label": name }, ...first.map(([value, shown]) => make("option", { value }, shown)));
  for (const id of place.speakers) {
    const { name: shown, type } = data.speakers[id];
    select.append(make("option", { value: id }, type ? `${shown} (${type})` : shown));
  }
  return select;
}

class SpeakerOf extends Question {
  offer(place) {
    this.select = speakerSelect(place, [["", "choose a speaker"]], "Speaker");
    this.options.replaceChildren(this.select);
    this.select.addEventListener("change", () => this.changed(this.name, this.select.value ? { value: this.select.value } : null));
  }

  explain() {
    this.meaning.textContent = (this.select.value && data.speakers[this.select.value].description) || "";
  }

  put(value) { this.select.value = value ?? ""; }
}

// A chain of speakers, outermost first; that nobody relayed the claim is an answer of its own.
class Relays extends Question {
  static NOBODY = "-";

  offer() { this.put(undefined); }

  put(value) {
    const chain = value === undefined ? [""] : [...value, Relays.NOBODY];
    this.options.replaceChildren(...chain.map((chosen, at) => this.link(chosen, at)));
  }

  link(chosen, at) {
    const first = at ? [[Relays.NOBODY, "by nobody else"]] : [["", "choose"], [Relays.NOBODY, "by nobody: the article reports the speaker itself"]];
    const select = speakerSelect(this.place, first, at ? `Relayed next by (${at + 1})` : "Relayed by, outermost");
    select.value = chosen;
    select.addEventListener("change", () => this.take(at));
    return select;
  }

  take(at) {
    const chosen = [...this.options.querySelectorAll("select")].map((select) => select.value).slice(0, at + 1);
    const value = chosen.filter((one) => one && one !== Relays.NOBODY);
    this.changed(this.name, chosen[0] === "" ? null : { value: [...new Set(value)] });
    this.put(chosen[0] === "" ? undefined : [...new Set(value)]);
    this.options.querySelectorAll("select")[Math.min(at, value.length)].focus();
  }
}

// A time in the EDTF profile.
class TimeOf extends Question {
  constructor(...given) {
    super(...given);
    this.input = make("input", { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": inWords(this.name), "aria-describedby": this.problem.id });
    this.options.append(this.input);
    this.day = make("button", { type: "button" }, "");
    this.upTo = make("button", { type: "button" }, "");
    this.day.addEventListener("click", () => this.write(this.place.date));
    this.upTo.addEventListener("click", () => this.write(`../${this.place.date}`));
    this.options.append(this.day, this.upTo);
    if (this.question.form === "time-or-none") {
      const label = this.option("checkbox", "none", "tied to no time", undefined);
      this.none = label.querySelector("input");
      this.options.append(label);
      this.none.addEventListener("change", () => { this.input.value = ""; this.report(""); this.changed(this.name, this.none.checked ? { value: null } : null); });
    }
    this.input.addEventListener("input", () => this.take());
  }

  offer(place) {
    this.day.textContent = place.day;
    this.upTo.textContent = `some time up to ${place.day}`;
  }

  write(text) {
    this.input.value = text;
    this.take();
    this.input.focus();
  }

  take() {
    const text = this.input.value.trim();
    const problem = text ? timeProblem(text) : "";
    this.report(problem);
    if (this.none) this.none.checked = false;
    this.changed(this.name, text && !problem ? { value: text } : null);
  }

  report(problem) {
    super.report(problem);
    this.input?.setAttribute("aria-invalid", String(Boolean(problem)));
  }

  put(value) {
    // What is being written is not an answer yet, and stays.
    if (value === undefined && document.activeElement === this.input) return;
    this.input.value = value ?? "";
    if (this.none) this.none.checked = value === null;
  }
}

const FORMS = { one: OneOf, "yes-no": OneOf, many: ManyOf, speaker: SpeakerOf, relays: Relays, time: TimeOf, "time-or-none": TimeOf };
