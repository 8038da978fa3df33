// No connection: say that nothing is lost, offer to try again.
export function showOffline(retry) {
  const template = document.getElementById("offline-bar");
  if (!template || document.querySelector(".offline")) return;
  document.body.append(template.content.cloneNode(true));
  const bar = document.querySelector(".offline");
  bar.querySelector("button").addEventListener("click", () => {
    bar.remove();
    retry?.();
  });
}
export function hideOffline() {
  document.querySelector(".offline")?.remove();
}
