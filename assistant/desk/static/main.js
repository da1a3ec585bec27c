// Everything works without these scripts; they save waiting, reloading and typing twice.
import { saveWhileTyping } from "./autosave.js";
import { keepDrafts } from "./drafts.js";
import { listenForKeys } from "./keys.js";
import { stayLive } from "./live.js";
import { pollProgress } from "./poll.js";
import { offerRecording } from "./record.js";
import { switchViews } from "./view.js";
import { beSeen } from "./watch.js";

keepDrafts();
saveWhileTyping();
beSeen();
listenForKeys();
switchViews();
stayLive();
pollProgress();
offerRecording();
document.addEventListener("swapped", offerRecording);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
