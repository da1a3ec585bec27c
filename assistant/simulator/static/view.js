// The page's moving parts. Texts come in pairs: Chinese, English.

import { DIARY, LINE, ME, STATES } from "./words.js";

const KEPT = 100; // entries in a list
const LOUDEST = 0.25; // RMS that fills a level meter; speech at a normal level reaches it

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export const byId = (id) => document.getElementById(id);

export function pair([zh, en]) {
  return [spanOf("zh-CN", zh), document.createTextNode(" "), spanOf("en", en)];
}

function spanOf(language, text) {
  const span = document.createElement("span");
  span.lang = language;
  span.textContent = text;
  return span;
}

export function showState(name, detail = "") {
  const parts = pair(STATES[name]);
  if (detail) parts.push(document.createTextNode(" "), strong(detail));
  byId("state").replaceChildren(...parts);
  byId("telephone").dataset.state = name;
}

function strong(text) {
  const element = document.createElement("strong");
  element.textContent = text;
  return element;
}

// What a menu says, sentence by sentence.
export function addSpeech(text, language) {
  const sentence = document.createElement("p");
  sentence.lang = language === "zh" ? "zh-CN" : language;
  sentence.textContent = text;
  byId("speech").append(sentence);
}

export function clearSpeech() {
  byId("speech").replaceChildren();
}

export function showTimer(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  byId("timer").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

export class Meters {
  #shown = 0; // ms
  #peak = { sent: 0, heard: 0 };

  show({ sent, heard }) {
    this.#peak.sent = Math.max(this.#peak.sent, sent);
    this.#peak.heard = Math.max(this.#peak.heard, heard);
    const now = performance.now();
    if (now - this.#shown < (calm.matches ? 1000 : 100)) return;
    this.#shown = now;
    this.#set(this.#peak);
    this.#peak = { sent: 0, heard: 0 };
  }

  reset() {
    this.#set({ sent: 0, heard: 0 });
  }

  #set({ sent, heard }) {
    byId("sent-level").value = Math.min(1, sent / LOUDEST);
    byId("heard-level").value = Math.min(1, heard / LOUDEST);
  }
}

// A line of the diary; `kind` names one in DIARY.
export function note(kind, text) {
  append(byId("diary"), kind, DIARY[kind], text);
}

export function showMessage(side, text) {
  append(byId("messages"), side, side === "me" ? ME : LINE, text);
}

function append(list, kind, label, text) {
  const item = document.createElement("li");
  item.className = kind;
  const title = document.createElement("span");
  title.className = "label";
  title.append(...pair(label));
  const body = document.createElement("span");
  body.className = "body";
  body.textContent = text;
  item.append(title, body);
  list.append(item);
  while (list.children.length > KEPT) list.firstElementChild.remove();
  list.scrollTop = list.scrollHeight;
}

// Says something about a field or a button, beside it; no words take it away.
export function hint(id, words, detail = "") {
  const parts = words ? pair(words) : [];
  if (detail) parts.push(document.createTextNode(` (${detail})`));
  byId(id).replaceChildren(...parts);
}
