// Passkeys: the server writes the options as JSON into the page (a data block, which the policy allows) or hands them out
// at an address; the browser asks for the finger; the answer goes back in the form's hidden `credential` field.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-start]") ?? document.querySelector(`[data-passkey-start="${form.id}"]`);
  if (!button || !globalThis.PublicKeyCredential) continue;
  const problem = form.querySelector("[data-passkey-problem]");
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (problem) problem.hidden = true;
    try {
      const credential = await ask(form);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      if (problem) problem.hidden = false; // Cancelled, timed out or refused by the device: say so, keep the other ways.
      else console.warn(error);
    }
  });
}

async function ask(form) {
  const given = await options(form);
  const publicKey = readable((given.creation_options ?? given.request_options ?? given).publicKey);
  if (form.dataset.passkey !== "create") return written(await navigator.credentials.get({ publicKey }));
  const passwordless = form.elements.passwordless;
  if (passwordless) {
    const wish = passwordless.type === "hidden" ? Boolean(passwordless.value) : passwordless.checked;
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: wish ? "required" : "discouraged",
      requireResidentKey: wish,
      ...(wish && { userVerification: "required" }),
    };
  }
  return written(await navigator.credentials.create({ publicKey }));
}

async function options(form) {
  const block = document.getElementById(form.dataset.options ?? "");
  if (block) return JSON.parse(block.textContent);
  const answer = await fetch(form.dataset.optionsUrl ?? form.action, {
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
  });
  if (!answer.ok) throw new Error("no passkey options");
  return answer.json();
}

function readable(options) {
  const listed = (list) => list?.map((item) => ({ ...item, id: toBytes(item.id) }));
  return {
    ...options,
    challenge: toBytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: toBytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: listed(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: listed(options.allowCredentials) }),
  };
}

function written(credential) {
  const { response } = credential;
  const texts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) texts[name] = toText(response[name]);
  }
  if (response.getTransports) texts.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: texts,
  };
}

function toBytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0)).buffer;
}

function toText(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
