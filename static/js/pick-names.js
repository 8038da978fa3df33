// The admin's search fields for related rows are drawn by select2 without a name of their own: give them their label's.
"use strict";
{
  const $ = window.django.jQuery;
  const name = (select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const drawn = select.nextElementSibling;
    if (!drawn?.classList.contains("select2-container")) return;
    const text = label ? label.textContent.trim() : select.getAttribute("aria-label") || select.closest("td")?.className.replace("field-", "") || select.name;
    for (const part of drawn.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox], .select2-search__field")) {
      part.setAttribute("aria-label", text);
      part.removeAttribute("aria-labelledby");
    }
  };
  const all = (root) => root.querySelectorAll("select.admin-autocomplete").forEach(name);
  $(() => all(document));
  document.addEventListener("formset:added", (event) => setTimeout(() => all(event.target), 0));
  $(document).on("select2:open select2:select select2:unselect", "select.admin-autocomplete", (event) => {
    name(event.target);
    const typed = document.querySelector(".select2-dropdown .select2-search__field");
    typed?.setAttribute("aria-label", event.target.nextElementSibling.querySelector("[aria-label]")?.getAttribute("aria-label") || "");
  });
}
