// Asks the browser for a passkey and sends its answer with an ordinary form.
//
// <form data-passkey="make | show" data-options="<options of WebAuthn as JSON>"> … <input type="hidden" name="credential">
//   <p data-failed hidden>…</p>

async function answer(form) {
  const options = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "make") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const field = form.querySelector("[name=credential]");
  const failed = form.querySelector("[data-failed]");
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      field.value = JSON.stringify(await answer(form));
    } catch {
      // Cancelled, timed out, or no key of this site: the sentence says what to do.
      failed.hidden = false;
      return;
    }
    form.submit();
  });
}
