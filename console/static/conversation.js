// The conversation as it happens: call events in, lines of a transcript out.

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

export class Conversation {
  /** @param {HTMLElement} log @param {(summary: object) => void} onSummary */
  constructor(log, onSummary) {
    this.log = log;
    this.onSummary = onSummary;
    this.log.replaceChildren();
    this.replies = new Map();
    this.utterances = new Map();
    this.answered = [];
    this.interrupted = 0;
    this.keys = null;
    this.foreign = null;
  }

  apply(event) {
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    this[`on_${event.type}`]?.(event.body, event);
    if (event.type !== "key_pressed") this.keys = null;
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  // The caller's side.

  on_speech_started(body) {
    if (!this.speaking) this.speaking = this.turn("caller", "You", body.at_ms, "…");
    this.speaking.item.classList.add("live");
  }

  on_partial(body) {
    if (!this.speaking) this.on_speech_started(body);
    this.speaking.text.textContent = body.pii_text;
  }

  on_utterance(body) {
    const turn = this.speaking || this.turn("caller", "You", body.start_ms, "");
    this.speaking = this.foreign = null;
    turn.item.classList.remove("live");
    turn.text.textContent = body.pii_text || "(nothing understood)";
    if (body.confidence < 0.6) this.chip(turn, "unsure", "not sure what was said", `confidence ${body.confidence.toFixed(2)}`);
    this.utterances.set(body.utterance_id, turn);
  }

  on_intent(body) {
    const turn = this.utterances.get(body.utterance_id);
    // Only what is clearly foreign is shown as such, and not when it turns out to be an answer.
    if (!turn || (!body.intent && body.in_scope > 0.3)) return;
    const name = body.intent ? [body.intent, ...body.also].join(" + ").replaceAll("_", " ") : "not about this line";
    const sure = `${Math.round((body.intent ? body.probability : 1 - body.in_scope) * 100)} %`;
    const chip = this.chip(turn, body.intent ? "intent" : "unsure", `${name} · ${sure}`, "what it asks for");
    if (!body.intent) this.foreign = chip;
  }

  on_emotion(body) {
    const turn = this.utterances.get(body.utterance_id);
    if (turn && body.label !== "unknown") this.chip(turn, `emotion ${body.label}`, body.label, "how the voice sounds");
  }

  on_backchannel(body) {
    this.note(body.at_ms, body.pii_text ? `“${body.pii_text}”, while listening` : "a sound, not an interruption");
    this.dropSpeaking();
  }

  on_key_pressed(body) {
    if (!this.keys) this.keys = this.turn("caller keys", "You pressed", body.at_ms, "");
    this.keys.text.textContent += body.pii_digit;
  }

  // The service's side.

  on_reply_planned(body, event) {
    const turn = this.turn("bot", "Firstline", event.call_ms, body.pii_text);
    turn.item.classList.add("planned");
    turn.planned = body.pii_text;
    this.replies.set(body.reply_id, turn);
  }

  on_reply_started(body) {
    const turn = this.replies.get(body.reply_id);
    if (!turn) return;
    turn.item.classList.remove("planned");
    turn.item.classList.add("live");
    turn.time.textContent = clock(body.at_ms);
    if (body.voice_to_voice_ms === null) return;
    this.answered.push(body.voice_to_voice_ms);
    this.chip(turn, "speed", `answered in ${body.voice_to_voice_ms} ms`, "from your last sound to the first of the answer");
  }

  on_reply_played(body) {
    const turn = this.replies.get(body.reply_id);
    if (!turn) return;
    turn.item.classList.remove("planned", "live");
    const played = body.pii_text;
    turn.text.textContent = played;
    if (body.complete) return;
    const rest = turn.planned.startsWith(played) ? turn.planned.slice(played.length) : "";
    const cut = element("s", "unheard", rest || (played ? " …" : turn.planned));
    cut.title = "was not heard";
    turn.text.append(cut);
  }

  on_interrupted(body) {
    this.interrupted += 1;
    const turn = this.replies.get(body.reply_id);
    if (turn) this.chip(turn, "cut", `interrupted, silent after ${body.at_ms - body.speech_ms} ms`, "you spoke while it spoke");
    for (const [id, waiting] of this.replies) if (id > body.reply_id) this.withdraw(waiting);
  }

  on_false_interruption(body) {
    const turn = this.replies.get(body.reply_id);
    if (turn) this.chip(turn, "cut", `paused ${body.resumed_ms - body.paused_ms} ms, went on`, "a sound that was no interruption");
    this.dropSpeaking();
  }

  on_action(body, event) {
    if (body.status === "started") return;
    const what = body.tool.replaceAll("_", " ");
    this.note(event.call_ms, `${what}: ${body.status}${body.has_side_effects ? ", changed" : ""} · ${Math.round(body.took_ms)} ms`, "action");
  }

  on_slot_filled(body, event) {
    if (body.by === "voice") this.foreign?.remove();
    this.note(event.call_ms, `${body.slot.replaceAll("_", " ")}: ${body.pii_value}${body.confirmed ? " ✓" : ""}`);
  }

  on_transfer(body, event) {
    this.note(event.call_ms, `transfer ${body.state.replaceAll("_", " ")} (${body.reason.replaceAll("_", " ")})`, "action");
  }

  on_message_taken(body, event) {
    this.note(event.call_ms, "message taken", "action");
  }

  on_stream_lost(_body, event) {
    this.dropSpeaking();
    this.note(event.call_ms, "the connection was lost", "fault");
  }

  on_stream_resumed(_body, event) {
    this.note(event.call_ms, "the call goes on");
  }

  on_silence(body) {
    this.note(body.at_ms, "silence");
  }

  on_fault(body, event) {
    this.note(event.call_ms, `${body.component} failed (${body.code}): ${body.handled.replaceAll("_", " ")}`, "fault");
  }

  on_call_ended(body) {
    this.dropSpeaking();
    for (const turn of this.replies.values()) this.withdraw(turn);
    for (const live of this.log.querySelectorAll(".live")) live.classList.remove("live");
    const sorted = this.answered.toSorted((a, b) => a - b);
    this.onSummary({
      why: ENDED[body.reason] || body.reason,
      duration: clock(body.duration_ms),
      turns: this.utterances.size,
      median: sorted.length ? sorted[Math.floor((sorted.length - 1) / 2)] : null,
      interrupted: this.interrupted,
    });
  }

  // Building blocks.

  turn(side, who, atMs, text) {
    const item = element("li", `turn ${side}`);
    const head = element("div", "head");
    const time = element("time", "", clock(atMs));
    head.append(element("span", "who", who), time);
    const words = element("p", "words", text);
    const chips = element("div", "chips");
    item.append(head, words, chips);
    this.log.append(item);
    return { item, text: words, chips, time };
  }

  chip(turn, kind, text, title) {
    const chip = element("span", `chip ${kind}`, text);
    chip.title = title;
    turn.chips.append(chip);
    return chip;
  }

  note(atMs, text, kind = "") {
    const item = element("li", `note ${kind}`);
    item.append(element("time", "", clock(atMs)), " ", text);
    this.log.append(item);
  }

  /** A planned reply that will not be spoken any more. */
  withdraw(turn) {
    if (!turn.item.classList.contains("planned")) return;
    turn.item.classList.remove("planned");
    turn.text.replaceChildren(element("s", "unheard", turn.planned));
  }

  dropSpeaking() {
    this.speaking?.item.remove();
    this.speaking = null;
  }
}
