// The service's clock: shown as it runs, moved forward by two buttons.

import { askJson } from "./carrier.js";

const REFRESH_MS = 30000;
const DAY_MS = 86400000;
const MORNING = 9; // o'clock

export class ServiceClock {
  #show; // function of {zh, en}
  #offset = "Z"; // of the service's zone, as written in its time
  #ahead = 0; // ms that the service's wall clock is ahead of this computer's UTC

  constructor(show) {
    this.#show = show;
  }

  async start() {
    setInterval(() => this.#tick(), 1000);
    setInterval(() => this.read().catch(() => {}), REFRESH_MS); // shows its own time meanwhile
    await this.read();
  }

  async read() {
    this.#take(await askJson("clock"));
  }

  async advance(seconds) {
    this.#take(await askJson("clock", { advance_seconds: seconds }));
  }

  // To the next nine o'clock in the morning.
  async nextMorning() {
    await this.read();
    const wall = this.#wall();
    const morning = new Date(wall);
    morning.setUTCHours(MORNING, 0, 0, 0);
    if (morning <= wall) morning.setTime(morning.getTime() + DAY_MS);
    const local = morning.toISOString().slice(0, 19);
    this.#take(await askJson("clock", { set: local + this.#offset }));
  }

  #take({ now }) {
    this.#offset = /(Z|[+-]\d\d:\d\d)$/.exec(now)[0];
    this.#ahead = Date.parse(`${now.slice(0, 19)}Z`) - Date.now();
    this.#tick();
  }

  // The service's wall clock, as if its zone were UTC.
  #wall() {
    return new Date(Date.now() + this.#ahead);
  }

  #tick() {
    const wall = this.#wall();
    const time = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "UTC" };
    const day = { month: "long", day: "numeric", weekday: "long", timeZone: "UTC" };
    const clock = wall.toLocaleTimeString("en-GB", time);
    this.#show({
      zh: `${wall.toLocaleDateString("zh-CN", day)} ${clock}`,
      en: wall.toLocaleDateString("en-GB", { ...day, month: "short", weekday: "short" }),
    });
  }
}
