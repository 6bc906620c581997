// Puts the cursor where a finding stands, and says before they are sent that data are too long.
// Without this a finding's link leads to the editor, and the server says it.
"use strict";

const editor = document.getElementById("data");
const form = editor.form;

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

form.addEventListener("submit", (event) => {
  const lines = [...new FormData(form)].map(([name, value]) => [name, value.replace(/\r?\n/g, "\r\n")]);
  const sent = new URLSearchParams(lines).toString().length;
  if (sent > Number(form.dataset.most)) {
    event.preventDefault();
    const bytes = `${sent.toLocaleString("en")} bytes as a form sends them, of which ${Number(form.dataset.most).toLocaleString("en")}`;
    editor.setCustomValidity(`These data are ${bytes} are read here. Send less at a time, or run dio validate.`);
    editor.reportValidity();
  }
});

editor.addEventListener("input", () => editor.setCustomValidity(""));
