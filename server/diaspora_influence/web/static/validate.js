// Puts the cursor where a finding stands; without this its link leads to the editor.
"use strict";

const editor = document.getElementById("data");

function show(line, column) {
  const lines = editor.value.split("\n");
  const at = Math.min(line, lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, text) => sum + text.length + 1, 0);
  const before = [...lines[at]].slice(0, column - 1).join("").length; // columns count characters, not units
  editor.focus({ preventScroll: true });
  editor.setSelectionRange(start + before, start + lines[at].length);
  editor.scrollTop = (editor.scrollHeight / lines.length) * at - editor.clientHeight / 2;
  editor.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (link) {
    event.preventDefault();
    show(Number(link.dataset.line), Number(link.dataset.column || 1));
  }
});
