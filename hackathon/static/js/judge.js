// The judge's page: counts the answers, keeps them on the phone, hands them in through the queue and goes on to the next team.
//
// form[data-scorecard="<id>"][data-judge][data-next="<address>"][data-missing] with fieldset[data-score];
// #score-n[data-text="{done} av {all} frågor"]; [data-offline] (hidden): the line that says that it is kept on the phone, its words
// in [data-kept] for answers that are not handed in and in [data-pending] for those that wait for the net; [data-private]: never
// leaves the phone.
import { announce } from "./announce.js";
import { queueOf } from "./queue.js";

const form = document.querySelector("form[data-scorecard]");
const key = `skills360:scorecard:${form?.dataset.scorecard}`;
const privateKey = `${key}:private`;
const queue = queueOf(form?.dataset.judge);
const offline = document.querySelector("[data-offline]");

function fields() {
  return [...form.elements].filter((field) => field.name && field.type !== "hidden" && !field.matches("button"));
}

function answers() {
  const kept = {};
  for (const field of fields()) {
    if (field.type !== "radio" && field.type !== "checkbox") kept[field.name] = field.value;
    else if (field.checked) kept[field.name] = field.value;
  }
  return kept;
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null; // Unreadable or forbidden storage is the same as none.
  }
}

function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A full or forbidden storage must not stop anybody from scoring.
  }
}

function count() {
  const all = form.querySelectorAll("[data-score]");
  const done = [...all].filter((question) => question.querySelector("input:checked")).length;
  const place = document.getElementById("score-n");
  if (place) place.textContent = place.dataset.text.replace("{done}", done).replace("{all}", all.length);
  for (const question of all) question.classList.toggle("todo", !question.querySelector("input:checked"));
}

function restore() {
  const draft = read(key);
  for (const field of draft ? fields() : []) {
    if (!(field.name in draft.answers)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === draft.answers[field.name];
    else field.value = draft.answers[field.name];
  }
  const secret = form.querySelector("[data-private]");
  if (secret) secret.value = read(privateKey) ?? "";
}

function showOffline(on) {
  if (!offline) return;
  const words = offline.querySelector("[data-kept]");
  const text = Object.keys(queue.all()).length ? words.dataset.pending : words.dataset.kept;
  const changed = offline.hidden === on || words.textContent !== text;
  offline.hidden = !on;
  words.textContent = text;
  if (on && changed) announce(text);
}

/** The questions without an answer: shown at once, since without a net nobody else can. */
function unanswered() {
  return [...form.querySelectorAll("[data-score]")].filter((question) => !question.querySelector("input:checked"));
}

// Kept on the phone first, then sent; the judge goes on to the next team either way.
async function handIn() {
  const [first] = unanswered();
  if (first) {
    announce(form.dataset.missing);
    first.querySelector("input").focus();
    return;
  }
  try {
    queue.put(form.dataset.scorecard, form.action, answers());
  } catch {
    form.submit(); // A phone that keeps nothing still sends.
    return;
  }
  keep(key, null);
  const outcome = navigator.onLine ? await queue.flush() : "later";
  if (outcome === "refused") {
    form.submit(); // Let the server show its page with the reason.
    return;
  }
  showOffline(outcome !== "sent");
  location.assign(form.dataset.next);
}

function restoreBallot() {
  const ballot = queue.all()[form.dataset.scorecard];
  if (ballot && !read(key)) keep(key, { answers: ballot.fields });
  if (ballot?.refused) queue.drop(form.dataset.scorecard);
}

function begin() {
  restoreBallot();
  restore();
  count();
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-private]")) keep(privateKey, event.target.value);
    else keep(key, { answers: answers() });
    count();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) { // Another way out of the page: a draft for the server.
      if (navigator.onLine) keep(key, null); // The server has it now, and newer values from another device must not be hidden.
      return;
    }
    event.preventDefault();
    handIn();
  });
  addEventListener("online", async () => showOffline((await queue.flush()) === "later"));
  addEventListener("offline", () => showOffline(true));
  if (navigator.onLine) queue.flush().then((outcome) => showOffline(outcome === "later"));
  else showOffline(true);
}

if (form) begin();
