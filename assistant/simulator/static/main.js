// Joins the telephone, the SMS handset and the clock to the page.

import { Call } from "./call.js";
import { ServiceClock } from "./clock.js";
import { Incoming } from "./incoming.js";
import { listenToKeys } from "./keyboard.js";
import { SmsHandset } from "./sms.js";
import { openSound } from "./sound.js";
import { Meters, addSpeech, byId, clearSpeech, hint, note } from "./view.js";
import { showMessage, showState, showTimer } from "./view.js";
import { BAD_NUMBER, CLOCK_STUCK, FIRST_CALL, NOT_SENT } from "./words.js";

const OVER = new Set(["lineEnded", "ended", "failed"]);
const LINE = document.documentElement.dataset.number;

const meters = new Meters();
let call = null;

// The resident's number, or "" while it cannot be one.
function myNumber() {
  const number = byId("number").value.replaceAll(/[\s-]/g, "");
  return /^\+[0-9]{6,15}$/.test(number) ? number : "";
}

// The same, for something that needs it: what is wrong is said beside the field.
function requireNumber() {
  const number = myNumber();
  byId("number").setAttribute("aria-invalid", String(!number));
  hint("number-hint", number ? null : BAD_NUMBER);
  if (!number) byId("number").focus();
  return number;
}

async function ring() {
  if (incoming.ringing) {
    await incoming.answer();
    return;
  }
  if (call || incoming.on) return;
  const from = requireNumber();
  if (!from) return;
  const mine = new Call({ from, to: LINE, notice: { state: changed, said: addSpeech } });
  call = mine;
  changed("ringing");
  const sound = await openSound((event) => heard(mine, event));
  const timer = startTimer();
  if (call === mine) {
    if (byId("microphone").checked) useMicrophone(sound);
    await mine.run(sound);
  }
  clearInterval(timer);
  sound.close();
  meters.reset();
}

async function useMicrophone(sound) {
  if (!(await sound.useMicrophone())) note("noMicrophone", "");
}

function heard(from, event) {
  from.heard(event);
  if (event.type === "frame") meters.show(event);
}

function startTimer() {
  const start = Date.now();
  showTimer(0);
  return setInterval(() => showTimer(Math.floor((Date.now() - start) / 1000)), 1000);
}

function changed(state, detail) {
  showState(state, detail);
  clearSpeech();
  hint("call-hint", null);
  if (OVER.has(state)) call = null;
  byId("call").setAttribute("aria-disabled", String(call !== null));
  byId("hang-up").setAttribute("aria-disabled", String(call === null));
}

function hangUp() {
  if (incoming.ringing || incoming.on) incoming.hangUp();
  else call?.hangUp();
}

// A call of the line's own making: other buttons can be pressed than while this page rings it.
function changedHere(state, detail) {
  if (state !== "bridged") clearSpeech();
  showState(state, detail);
  const over = OVER.has(state);
  byId("call").setAttribute("aria-disabled", String(!over && state !== "incoming"));
  byId("hang-up").setAttribute("aria-disabled", String(over));
}

function press(digit) {
  if (incoming.on) {
    flash(digit);
    note("pressed", digit);
    incoming.press(digit);
    return;
  }
  if (!call) {
    hint("call-hint", FIRST_CALL);
    return;
  }
  flash(digit);
  note("pressed", digit);
  call.press(digit);
}

// Shows which key went down when it was pressed on the keyboard.
function flash(digit) {
  const key = document.querySelector(`[data-digit="${CSS.escape(digit)}"]`);
  key.classList.add("down");
  setTimeout(() => key.classList.remove("down"), 150);
}

async function speakWords(event) {
  event.preventDefault();
  const field = byId("words");
  const text = field.value.trim();
  const talking = call?.talking ?? false;
  hint("words-hint", talking ? null : FIRST_CALL);
  if (!text || !talking) return;
  field.value = "";
  const language = document.querySelector("[name=language]:checked").value;
  try {
    await call.speak(text, language);
    note("said", text);
  } catch (error) {
    if (call) note("noVoice", `${text} (${error.message})`);
  }
}

async function sendText(event) {
  event.preventDefault();
  const field = byId("text");
  const text = field.value.trim();
  if (!text || !requireNumber()) return;
  field.value = "";
  hint("text-hint", null);
  try {
    await sms.send(text);
  } catch (error) {
    hint("text-hint", NOT_SENT, error.message);
  }
}

async function moveClock(move) {
  hint("clock-hint", null);
  try {
    await move();
  } catch (error) {
    hint("clock-hint", CLOCK_STUCK, error.message);
  }
}

const sms = new SmsHandset({
  number: myNumber,
  line: LINE,
  show: showMessage,
  clear: () => byId("messages").replaceChildren(),
});
const incoming = new Incoming({
  number: myNumber,
  free: () => call === null,
  openSound,
  show: {
    state: changedHere,
    said: addSpeech,
    waiting: (rings) => byId("call").classList.toggle("rings", rings),
  },
});
const clock = new ServiceClock(({ zh, en }) => {
  byId("clock-zh").textContent = zh;
  byId("clock-en").textContent = en;
});

byId("call").addEventListener("click", ring);
byId("hang-up").addEventListener("click", hangUp);
byId("keypad").addEventListener("click", ({ target }) => {
  const key = target.closest("[data-digit]");
  if (key) press(key.dataset.digit);
});
byId("say-form").addEventListener("submit", speakWords);
byId("text-form").addEventListener("submit", sendText);
byId("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("text-form").requestSubmit();
});
byId("number").addEventListener("change", requireNumber);
byId("hour").addEventListener("click", () => moveClock(() => clock.advance(3600)));
byId("morning").addEventListener("click", () => moveClock(() => clock.nextMorning()));
listenToKeys({ enabled: () => byId("keyboard").checked, press, call: ring, hangUp });

moveClock(() => clock.start());
sms.poll();
incoming.watch();
