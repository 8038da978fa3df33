// Spam costs a robot a second of work; a person notices nothing. No puzzle, no third party.
// The challenge is fetched at the first touch of the form and solved in a worker. Whoever sends before it is solved waits
// a few seconds at most; whoever has no script, or no solution, takes the road by mail confirmation.
const WAIT = 8000;

for (const field of document.querySelectorAll("[data-proof]")) {
  const form = field.form;
  let solving;
  const start = () => (solving ??= solve(field.dataset.proof).then((proof) => (field.value = proof), () => ""));
  form.addEventListener("focusin", start, { once: true });
  form.addEventListener("pointerdown", start, { once: true });
  form.addEventListener(
    "submit",
    (event) => {
      if (field.value || field.dataset.waited) return;
      event.preventDefault();
      event.stopPropagation();
      const button = event.submitter;
      button?.setAttribute("aria-disabled", "true");
      Promise.race([start(), new Promise((done) => setTimeout(done, WAIT))]).finally(() => {
        field.dataset.waited = "1";
        button?.removeAttribute("aria-disabled");
        form.requestSubmit(button);
      });
    },
    true,
  );
}

async function solve(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const challenge = await answer.json();
  const worker = new Worker(new URL("./proof-worker.js", import.meta.url), { type: "module" });
  try {
    const solution = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data ? resolve(data) : reject(new Error("no solution")));
      worker.onerror = reject;
      worker.postMessage(challenge);
    });
    const payload = challenge.parameters ? { challenge, solution } : { ...challenge, ...solution };
    return btoa(JSON.stringify(payload));
  } finally {
    worker.terminate();
  }
}
