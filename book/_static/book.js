// Whatever is wider than its box scrolls inside it. Give such a box a place in the tab order,
// so that the arrow keys can scroll it; take it away again when everything fits.
(() => {
  const boxes =
    "mjx-container[display], div.highlight > pre, .pst-scrollable-table-container, .cell_output .output";

  function mark(box) {
    const wide = box.scrollWidth > box.clientWidth + 1;
    if (wide === box.hasAttribute("data-wide")) return;
    box.toggleAttribute("data-wide", wide);
    if (wide) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  }

  const markAll = () => document.querySelectorAll(boxes).forEach(mark);

  window.addEventListener("load", () => {
    markAll();
    window.MathJax?.startup?.promise?.then(markAll);
  });
  window.addEventListener("resize", markAll);
  document.addEventListener("toggle", markAll, true);
})();
