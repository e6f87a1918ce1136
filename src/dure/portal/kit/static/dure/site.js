// The script of every page; servers.js draws one picture. Pages work without either.
// On paper every folded table is open; afterwards it folds again.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll("details:not([open])").forEach((details) => { details.open = true; details.dataset.folded = "yes"; });
});
window.addEventListener("afterprint", () => {
  document.querySelectorAll("details[data-folded]").forEach((details) => { details.open = false; delete details.dataset.folded; });
});
// A wide table or drawing that scrolls sideways can be reached by keyboard.
function reachable() {
  document.querySelectorAll(".table-frame, .drawing").forEach((frame) => {
    const wide = frame.scrollWidth > frame.clientWidth;
    if (wide) { frame.tabIndex = 0; frame.setAttribute("role", "region"); } else { frame.removeAttribute("tabindex"); frame.removeAttribute("role"); }
  });
}
window.addEventListener("resize", reachable);
document.addEventListener("htmx:afterSettle", reachable);
document.addEventListener("toggle", reachable, true);
document.addEventListener("DOMContentLoaded", reachable);
