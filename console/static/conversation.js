// The conversation as it happens: draws the transcript that the service sends, change by change.

const ENDED = {
  caller_hung_up: "You hung up",
  goodbye: "Goodbye was said",
  silence: "Nobody said anything",
  transferred: "A person was to take over",
  leg_dead: "The connection was lost",
  fault: "Something failed",
  shutdown: "The service was stopped",
};

export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function words(name) {
  return name.replaceAll("_", " ");
}

export class Conversation {
  /** @param {HTMLElement} log @param {(summary: object) => void} onSummary */
  constructor(log, onSummary) {
    this.log = log;
    this.onSummary = onSummary;
    this.log.replaceChildren();
    this.items = new Map();
  }

  /** @param {object[]} changes what one event changed */
  apply(changes) {
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    for (const change of changes) this[`on_${change.change}`](change);
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  on_put({ entry }) {
    this[`draw_${entry.kind}`](entry);
  }

  on_removed({ entry_id }) {
    this.items.get(entry_id)?.item.remove();
    this.items.delete(entry_id);
  }

  on_ended({ totals }) {
    this.onSummary({
      why: ENDED[totals.ended] || totals.ended,
      duration: clock(totals.duration_ms),
      turns: totals.turns,
      median: totals.median_ms,
      interrupted: totals.interruptions,
    });
  }

  // Each kind of entry.

  draw_caller({ speaking, unsure, confidence, wish, mood, ...entry }) {
    const chips = [];
    if (unsure) chips.push(["unsure", "not sure what was said", `confidence ${confidence.toFixed(2)}`]);
    if (wish) {
      const name = wish.intents.length ? words(wish.intents.join(" + ")) : "not about this line";
      const sure = `${Math.round(wish.probability * 100)} %`;
      chips.push([wish.intents.length ? "intent" : "unsure", `${name} · ${sure}`, "what it asks for"]);
    }
    if (mood) chips.push([`emotion ${mood.label}`, mood.label, "how the voice sounds"]);
    const turn = this.turn(entry, "caller", "You", speaking ? "live" : "", chips);
    setText(turn.text, entry.pii_text || (speaking ? "…" : "(nothing understood)"));
  }

  draw_keys(entry) {
    setText(this.turn(entry, "caller keys", "You pressed", "", []).text, entry.pii_keys);
  }

  draw_bot({ state, answered_ms, silent_after_ms, pauses_ms, ...entry }) {
    const chips = [];
    if (answered_ms !== null) chips.push(["speed", `answered in ${answered_ms} ms`, "from your last sound to the first of the answer"]);
    for (const pause of pauses_ms) chips.push(["cut", `paused ${pause} ms, went on`, "a sound that was no interruption"]);
    if (silent_after_ms !== null) chips.push(["cut", `interrupted, silent after ${silent_after_ms} ms`, "you spoke while it spoke"]);
    const look = { planned: "planned", speaking: "live" }[state] || "";
    const turn = this.turn(entry, "bot", "Firstline", look, chips);
    if (!["cut", "withdrawn", "heard"].includes(state)) return setText(turn.text, entry.pii_planned);
    setText(turn.text, entry.pii_heard);
    if (state === "heard") return;
    const unheard = element("s", "unheard", entry.pii_unheard || (entry.pii_heard ? " …" : entry.pii_planned));
    unheard.title = "was not heard";
    turn.text.append(unheard);
  }

  draw_note({ entry_id, at_ms, about, pii_text }) {
    if (about === "started") return; // The page says which line was called.
    const item = element("li", `note ${about}`);
    item.append(element("time", "", clock(at_ms)), " ", pii_text);
    this.log.append(item);
    this.items.set(entry_id, { item });
  }

  /** The turn of an entry as it is now; made when it is not there yet, and otherwise changed only where it changed. */
  turn({ entry_id, at_ms }, side, who, look, chips) {
    const turn = this.items.get(entry_id) || this.newTurn(entry_id, who);
    turn.item.className = `turn ${side} ${look}`.trim();
    setText(turn.time, clock(at_ms));
    chips.forEach(([kind, text, title], place) => {
      const chip = turn.chips.children[place] || turn.chips.appendChild(element("span"));
      chip.className = `chip ${kind}`;
      chip.title = title;
      setText(chip, text);
    });
    return turn;
  }

  newTurn(entryId, who) {
    const item = element("li");
    const head = element("div", "head");
    const time = element("time");
    head.append(element("span", "who", who), time);
    const text = element("p", "words");
    const chips = element("div", "chips");
    item.append(head, text, chips);
    this.log.append(item);
    const turn = { item, time, text, chips };
    this.items.set(entryId, turn);
    return turn;
  }
}

/** A text that stays the same is left alone, so that it is not read out again. */
function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
