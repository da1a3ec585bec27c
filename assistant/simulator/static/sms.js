// The SMS handset: sends texts as Twilio delivers them, shows what comes back.
//
// Replies come two ways: as TwiML at once, or sent over REST, for which the handset asks its
// carrier every two seconds. `show(side, text)` gets each, side "me" or "line"; another number is
// another handset: `clear()`.

import { account, askJson, newSid, signedPost } from "./carrier.js";
import { messages } from "./twiml.js";

const POLL_MS = 2000;

export class SmsHandset {
  #number; // function: the resident's number
  #line;
  #show;
  #clear;
  #after = 0;
  #asked = ""; // the number that `#after` belongs to

  constructor({ number, line, show, clear }) {
    this.#number = number;
    this.#line = line;
    this.#show = show;
    this.#clear = clear;
  }

  async send(text) {
    this.#take(this.#number());
    this.#show("me", text);
    const sid = newSid("SM");
    const answer = await signedPost("/twilio/sms", {
      MessageSid: sid,
      SmsSid: sid,
      AccountSid: account,
      From: this.#number(),
      To: this.#line,
      Body: text,
      NumMedia: "0",
      ApiVersion: "2010-04-01",
    });
    for (const reply of messages(answer)) this.#show("line", reply);
  }

  // Asks for new messages, for ever.
  async poll() {
    for (;;) {
      await this.#ask().catch(() => {}); // the service may be restarting: ask again
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #ask() {
    const number = this.#number();
    if (!number) return;
    this.#take(number);
    const query = new URLSearchParams({ to: number, after: this.#after });
    const { messages: found, last } = await askJson(`messages?${query}`);
    this.#after = last; // smaller after a restart of the service, which forgets its messages
    for (const message of found) {
      this.#show("line", message.body);
      this.#report(message).catch(() => {}); // delivered all the same
    }
  }

  #take(number) {
    if (number === this.#asked) return;
    if (this.#asked) this.#clear();
    this.#asked = number;
    this.#after = 0;
  }

  // Twilio's delivery report, where the sender asked for one.
  async #report({ sid, status_callback: callback }) {
    if (!callback) return;
    const { pathname, search } = new URL(callback, location.origin);
    await signedPost(pathname + search, {
      AccountSid: account,
      MessageSid: sid,
      MessageStatus: "delivered",
      From: this.#line,
      To: this.#asked,
      ApiVersion: "2010-04-01",
    });
  }
}
