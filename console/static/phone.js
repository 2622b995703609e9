// The phone page: buttons and keyboard to the line, the call's transcript to the page.

import { Conversation, clock } from "./conversation.js";
import { Line, LineError } from "./line.js";

const $ = (id) => document.getElementById(id);
const REFUSED = {
  busy: "All lines are busy. Try again in a moment.",
  token: "The call took too long to start. Press call again.",
  start_before_connected: "This page is out of date. Reload it.",
};

let line = null;
let events = null;
let ticking = 0;
let conversation = null;

async function start() {
  const response = await fetch("/phone/config");
  const config = await response.json();
  if (!response.ok) return say(config.detail);
  $("line").replaceChildren(...Object.entries(config.lines).map(([name, title]) => new Option(title, name)));
  $("line-field").hidden = Object.keys(config.lines).length < 2;
  $("line").onchange = () => ($("title").textContent = config.lines[$("line").value]);
  $("line").onchange();
  $("key-field").hidden = !config.key_needed;
  $("key").value = sessionStorage.getItem("phone-key") || "";
}

async function call() {
  setState("dialling", "Calling…");
  $("summary").hidden = true;
  $("recording").removeAttribute("src");
  line = new Line({ onStarted, onEnded, onLevel });
  try {
    await line.dial($("key").value.trim(), $("line").value);
    sessionStorage.setItem("phone-key", $("key").value.trim());
  } catch (error) {
    line = null;
    setState("idle", error instanceof LineError ? error.message : "The call failed. Try again.");
    if (!(error instanceof LineError)) throw error;
  }
}

function onStarted(callId) {
  setState("talking", "Connected");
  const began = performance.now();
  ticking = setInterval(() => ($("timer").textContent = clock(performance.now() - began)), 250);
  $("empty").hidden = true;
  conversation = new Conversation($("log"), (summary) => showSummary(callId, summary));
  events = new EventSource(`/phone/calls/${callId}/events`);
  events.onmessage = ({ data }) => {
    const changes = JSON.parse(data);
    conversation.apply(changes);
    if (changes.some(({ change }) => change === "ended")) events.close();
  };
}

function onEnded({ code, reason }) {
  clearInterval(ticking);
  line = null;
  if (code === 1008) {
    events?.close();
    return setState("idle", REFUSED[reason] || "The service refused the call.");
  }
  setState("idle", code === 1000 ? "Call ended" : "The connection was lost");
}

function onLevel(spoken, heard) {
  $("level").style.setProperty("--spoken", Math.min(1, Math.sqrt(spoken)).toFixed(2));
  $("level").style.setProperty("--heard", Math.min(1, Math.sqrt(heard)).toFixed(2));
}

function showSummary(callId, { why, duration, turns, median, interrupted }) {
  const facts = [`${why} after ${duration}`, `${turns} ${turns === 1 ? "turn" : "turns"}`];
  if (median !== null) facts.push(`answered in ${median} ms (median)`);
  if (interrupted) facts.push(`interrupted ${interrupted === 1 ? "once" : `${interrupted} times`}`);
  $("facts").textContent = facts.join(" · ");
  $("summary").hidden = false;
  offerRecording(`/phone/calls/${callId}/recording`);
}

/** The last samples are written just after the end of the call: ask again for a moment. */
async function offerRecording(url) {
  for (const wait of [300, 700, 1500]) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const response = await fetch(url, { method: "HEAD" });
    if (response.ok) {
      $("recording").src = url;
      $("recording").hidden = false;
      return;
    }
  }
}

function setState(state, text) {
  document.body.dataset.state = state;
  const talking = state === "talking";
  $("call").hidden = state !== "idle";
  $("hangup").hidden = state === "idle";
  $("line").disabled = state !== "idle";
  $("mute").disabled = !talking;
  $("mute").setAttribute("aria-pressed", "false");
  for (const key of $("keypad").children) key.disabled = !talking;
  if (state === "idle") onLevel(0, 0);
  say(text);
}

function say(text) {
  $("status").textContent = text;
}

function press(digit) {
  line?.press(digit);
  const key = [...$("keypad").children].find((each) => each.dataset.digit === digit);
  key?.classList.add("pressed");
  setTimeout(() => key?.classList.remove("pressed"), 150);
}

$("call").addEventListener("click", call);
$("hangup").addEventListener("click", () => line?.hangUp());
$("mute").addEventListener("click", () => {
  const on = $("mute").getAttribute("aria-pressed") !== "true";
  $("mute").setAttribute("aria-pressed", String(on));
  line?.mute(on);
});
$("keypad").addEventListener("click", ({ target }) => {
  const key = target.closest("button");
  if (key) press(key.dataset.digit);
});
document.addEventListener("keydown", (event) => {
  if (!line || event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
  else if (event.key === "Escape") line.hangUp();
});
window.addEventListener("pagehide", () => line?.hangUp());

start();
