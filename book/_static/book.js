// Whatever is wider than its box scrolls inside it. Such a box gets a place in the tab order, so
// that the arrow keys can scroll it. (The theme does this for code, but not for formulas and
// tables, and not when a check is opened.)
(() => {
  const boxes =
    "mjx-container[display], .pst-scrollable-table-container, div.highlight > pre, .cell_output .output";

  function mark(box) {
    const wide = box.scrollWidth > box.clientWidth;
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

// A link to something inside a fold opens it, in browsers too that do not do so by themselves.
(() => {
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folds = [];
    for (let box = target; box; box = box.parentElement) if (box.localName === "details") folds.push(box);
    if (folds.every(fold => fold.open)) return;
    folds.forEach(fold => { fold.open = true; });
    target.scrollIntoView();
  }

  window.addEventListener("load", reveal);
  window.addEventListener("hashchange", reveal);
})();
