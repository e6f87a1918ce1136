// Passkeys: asks the browser's authenticator for what the form wants, and sends the form with its answer.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asked(options) {
  const made = { ...options, challenge: bytes(options.challenge) };
  if (made.user) made.user = { ...made.user, id: bytes(made.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) if (made[list]) made[list] = made[list].map((each) => ({ ...each, id: bytes(each.id) }));
  if (made.user) made.authenticatorSelection = { ...made.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  return made;
}

function answered(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) if (credential.response[part]) response[part] = text(credential.response[part]);
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults(), response };
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  return (await response.json()).request_options;
}

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const publicKey = asked((await optionsOf(form)).publicKey);
      form.elements.credential.value = JSON.stringify(answered(await navigator.credentials[form.dataset.passkey]({ publicKey })));
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
});
