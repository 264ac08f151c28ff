// A draft saves itself while it is written. The button "save draft" does the same without this.
//
// <form data-autosave data-saved="Sparat {time}" data-unsaved="…" data-conflict="…"> with the fields version and idempotency_key;
// [data-autosave-says] shows what happened. The answer {"number", "version", "url"} names where the draft now lives.
const PAUSE = 2500;
const form = document.querySelector("form[data-autosave]");
const says = document.querySelector("[data-autosave-says]");
let waiting = 0;
let running = false;
let again = false;
let ended = false;

const tell = (text) => { if (says) says.textContent = text; };
const isWritten = (name) => /[\p{L}\p{N}]/u.test(form.elements[name].value);

async function save() {
  if (ended || !isWritten("title") || !isWritten("summary")) return;
  if (running) { again = true; return; }
  running = true;
  const data = new FormData(form);
  data.set("do", "draft");
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(data), redirect: "manual",
      headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    });
    if (response.ok) await keep(await response.json());
    else if (response.status === 409) { ended = true; tell(form.dataset.conflict); }
    else tell(form.dataset.unsaved);
  } catch {
    tell(form.dataset.unsaved);
  } finally {
    running = false;
    if (again) { again = false; later(); }
  }
}

function keep({ version, url }) {
  form.elements.version.value = version;
  if (form.elements.co_authors) form.elements.co_authors.value = form.elements.co_authors.value.trim();
  if (url) {
    form.action = url;
    history.replaceState(null, "", url);
  }
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  tell((form.dataset.saved ?? "").replace("{time}", time));
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(save, PAUSE);
}

if (form) {
  form.addEventListener("input", later);
  form.addEventListener("submit", () => { ended = true; clearTimeout(waiting); });
}
