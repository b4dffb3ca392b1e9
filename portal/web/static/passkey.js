/* A passkey needs a script: the browser asks the device, and what that says goes along in the form. Nothing is sent from here. */
const form = document.querySelector("form[data-passkey]");
const kind = window.PublicKeyCredential;
if (form && kind && kind.parseCreationOptionsFromJSON && kind.parseRequestOptionsFromJSON) {
  const field = form.elements.namedItem("credential");
  field.value = "";
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    const asked = JSON.parse(form.dataset.passkey);
    try {
      const made = form.dataset.kind === "add"
        ? await navigator.credentials.create({ publicKey: kind.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: kind.parseRequestOptionsFromJSON(asked) });
      field.value = JSON.stringify(made.toJSON());
      form.requestSubmit();
    } catch {
      form.querySelector("[data-failed]").hidden = false;
    }
  });
}
