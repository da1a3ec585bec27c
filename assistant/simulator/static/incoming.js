// A call that comes in at this page's number: the line rings back, or rings the staff.
//
// The loopback carrier follows the line's instructions; this page asks it every second what rings
// at its number, shows and speaks what is said, and sends keys. `show` gets each change:
// state(name, detail), said(text, language), waiting(boolean) for a telephone that rings.

import { askJson, speech } from "./carrier.js";

const IDLE_MS = 2000;
const IN_CALL_MS = 500;

export class Incoming {
  #number; // function: this page's number
  #free; // function: no other call is on this telephone
  #show;
  #sound = null;
  #openSound;
  #sid = "";
  #left = ""; // the call put down here last: the carrier may not have heard of it yet
  #status = "";
  #bridged = false;
  #after = 0;

  constructor({ number, free, show, openSound }) {
    this.#number = number;
    this.#free = free;
    this.#show = show;
    this.#openSound = openSound;
  }

  get ringing() {
    return this.#status === "ringing";
  }

  get on() {
    return this.#status === "in-progress";
  }

  // Asks what rings, for ever.
  async watch() {
    for (;;) {
      await this.#look().catch(() => {}); // the service may be restarting: ask again
      await after(this.#sid ? IN_CALL_MS : IDLE_MS);
    }
  }

  async answer() {
    if (!this.ringing) return;
    this.#sound = await this.#openSound(() => {});
    await this.#act({ do: "answer" });
    await this.#look();
  }

  // It is over for her at once; a look under way then finds no call of hers to end.
  async hangUp() {
    const told = this.#act({ do: this.ringing ? "decline" : "hang_up" });
    this.#left = this.#sid;
    this.#over("ended");
    await told;
  }

  async press(digit) {
    this.#sound?.tone(digit);
    this.#sound?.clear();
    await this.#act({ do: "press", digit });
  }

  async #look() {
    const number = this.#number();
    if (!number || (!this.#sid && !this.#free())) return;
    const sid = this.#sid;
    const query = new URLSearchParams({ number, sid, after: this.#after });
    const { call } = await askJson(`telephone?${query}`);
    if (sid !== this.#sid) return; // put down while the answer was on its way
    if (call && call.sid === this.#left) return;
    if (!call) return this.#sid ? this.#over("lineEnded") : undefined;
    if (!this.#sid) this.#begin(call);
    await this.#follow(call);
  }

  #begin({ sid }) {
    this.#sid = sid;
    this.#after = 0;
    this.#bridged = false;
  }

  async #follow({ from, status, bridged, said }) {
    if (status !== this.#status || bridged !== this.#bridged) this.#changed(status, bridged, from);
    for (const sentence of said) await this.#hear(sentence);
  }

  #changed(status, bridged, from) {
    this.#status = status;
    this.#bridged = bridged;
    if (status === "queued") return;
    if (status === "ringing") this.#show.state("incoming", from);
    else if (status === "in-progress") this.#show.state(bridged ? "bridged" : "menu");
    else this.#over("lineEnded");
    this.#show.waiting(this.ringing);
  }

  // Shows and speaks a sentence; the carrier goes on once it has been heard.
  async #hear({ number, text, language }) {
    if (!this.#sid) return; // put down meanwhile
    this.#after = number;
    this.#show.said(text, language);
    const voice = await speech(text, language).catch(() => null); // the screen has to do
    if (voice && this.#sound) {
      this.#sound.play(voice);
      await after((voice.length / 8000) * 1000); // mu-law: 8,000 bytes a second
    }
    await this.#act({ do: "heard", number });
  }

  async #act(what) {
    if (this.#sid) await askJson(`telephone/${this.#sid}`, what).catch(() => {});
  }

  #over(state) {
    if (!this.#sid) return;
    this.#sid = "";
    this.#status = "";
    this.#sound?.close();
    this.#sound = null;
    this.#show.waiting(false);
    this.#show.state(state);
  }
}

function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
