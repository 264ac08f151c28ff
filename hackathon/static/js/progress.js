// A running job: htmx fetches the fragment again and again; this says aloud what changed and tells when the line is lost.
//
// <div id="run" data-progress data-say="…" data-hx-get="…" data-hx-trigger="every 1s" data-hx-swap="outerHTML">
// When the job has ended the fragment comes without data-hx-get and with data-done; data-next then names the page to open.
// [data-progress-lost] (hidden) is shown while the server does not answer.
import { announce } from "./announce.js";

const PAUSE = 10_000; // Milliseconds between two messages while the job runs: more would drown everything else.
let spoken = 0;
let failures = 0;

function onSwap() {
  const part = document.querySelector("[data-progress]");
  failures = 0;
  showLost(false);
  if (!part) return;
  const done = "done" in part.dataset;
  if (done || Date.now() - spoken > PAUSE) {
    spoken = Date.now();
    announce(part.dataset.say);
  }
  if (done && part.dataset.next) location.assign(part.dataset.next);
}

function showLost(lost) {
  const box = document.querySelector("[data-progress-lost]");
  if (box) box.hidden = !lost;
}

function onFailure() {
  failures += 1;
  if (failures >= 3) showLost(true);
}

document.addEventListener("htmx:after:swap", onSwap);
document.addEventListener("htmx:error", onFailure);
document.addEventListener("htmx:response:error", onFailure);
