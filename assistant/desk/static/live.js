// Hears from the service that something has changed, and draws the changed parts anew.
import { fetched, replaceParts } from "./page.js";
import { listenToBanner, soundFor } from "./sound.js";

const POLL_MS = 15000;
const GIVE_UP = 3; // failed connections in a row before the page asks by itself

let mark = null;
let failures = 0;
let polling = null;

export function stayLive() {
  listenToBanner();
  soundFor(free());
  const locked = document.querySelector("#name")?.value;
  if (document.querySelector("#alarms") || locked) listen();
}

function free() {
  return Number(document.querySelector(".alarm-banner")?.dataset.free ?? 0);
}

function listen() {
  const source = new EventSource("/desk/events");
  source.addEventListener("open", () => {
    failures = 0;
    stopPolling();
    show("live");
  });
  source.addEventListener("change", (event) => changed(JSON.parse(event.data)));
  source.addEventListener("elsewhere", () => {
    source.close();
    poll();
  });
  source.addEventListener("error", () => {
    failures += 1;
    if (source.readyState === EventSource.CLOSED || failures >= GIVE_UP) {
      source.close();
      poll();
    }
  });
}

async function changed(told) {
  if (told.mark === mark) return;
  mark = told.mark;
  if (!document.body.dataset.who) {
    soundFor(told.free); // a locked desk rings too; what it is about shows after signing in
    return;
  }
  await redraw();
  soundFor(told.free);
}

async function redraw() {
  const list = document.querySelector("[data-redraw]") !== null;
  const fresh = await fetched(list ? document.body.dataset.here : "/desk/banner");
  if (!fresh) return;
  replaceParts(fresh, "#alarms");
  replaceParts(fresh, "[data-redraw]");
}

function poll() {
  if (polling !== null || !document.body.dataset.who) return;
  show("polling");
  polling = setInterval(async () => {
    await redraw();
    soundFor(free());
  }, POLL_MS);
}

function stopPolling() {
  clearInterval(polling);
  polling = null;
}

function show(state) {
  const line = document.querySelector("#line");
  if (line) line.textContent = `${state === "live" ? "●" : "○"} ${document.body.dataset[state]}`;
}
