// Rings while an alarm stands that nobody has taken: two tones every four seconds.
const EVERY_MS = 4000;
const QUIET_MS = 120000;

let context = null;
let ringing = null;
let quietUntil = 0;
let title = "";

/** Rings, and says so in the tab's title, while `free` alarms are nobody's. */
export function soundFor(free) {
  document.documentElement.dataset.ringing = free > 0 ? "yes" : "no";
  title ||= document.title.replace(/^⚠ \d+ /, "");
  document.title = free > 0 ? `⚠ ${free} ${title}` : title;
  showButtons();
  if (free > 0 && ringing === null) {
    ring();
    ringing = setInterval(ring, EVERY_MS);
  } else if (free === 0) {
    clearInterval(ringing);
    ringing = null;
  }
}

/** The two buttons beside the alarms; a browser wants one click before it makes a sound. */
export function listenToBanner() {
  document.addEventListener("click", (event) => {
    if (event.target.id === "quiet") quietUntil = Date.now() + QUIET_MS;
    if (event.target.id === "sound") quietUntil = 0;
    context?.resume().then(showButtons);
  });
}

function showButtons() {
  const silent = context === null || context.state !== "running" || Date.now() < quietUntil;
  const [quiet, sound] = [document.querySelector("#quiet"), document.querySelector("#sound")];
  if (quiet) quiet.hidden = silent;
  if (sound) sound.hidden = !silent;
}

function ring() {
  context ??= new AudioContext();
  context.resume().then(showButtons);
  showButtons();
  if (context.state !== "running" || Date.now() < quietUntil) return;
  for (const [hertz, start] of [[880, 0], [660, 0.35]]) {
    const tone = new OscillatorNode(context, { frequency: hertz, type: "triangle" });
    const loudness = new GainNode(context, { gain: 0.25 });
    tone.connect(loudness).connect(context.destination);
    tone.start(context.currentTime + start);
    tone.stop(context.currentTime + start + 0.3);
  }
}
