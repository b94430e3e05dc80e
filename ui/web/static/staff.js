"use strict";
// The staff pages work without this file; it keeps the progress moving and helps to pick a clause.

function watchProgress(box) {
  if (box.dataset.state !== "starting" && box.dataset.state !== "running") return;
  const bar = document.getElementById("progress-bar");
  const text = document.getElementById("progress-text");
  async function look() {
    let now;
    try {
      const answer = await fetch("/staff/evals/progress", { headers: { accept: "application/json" } });
      if (!answer.ok || !answer.headers.get("content-type").startsWith("application/json")) return location.reload();
      now = await answer.json();
    } catch {
      return setTimeout(look, 5000); // the server is away for a moment
    }
    if (now.state !== box.dataset.state) return location.reload();
    text.textContent = now.text;
    if (now.state === "running") {
      bar.max = now.questions;
      bar.value = now.answered;
      if (now.run_id !== box.dataset.run) return location.reload(); // its folder is there now: show the way
    }
    setTimeout(look, 1500);
  }
  setTimeout(look, 1000);
}

function pickClauses(row) {
  const file = document.getElementById("gold-doc");
  const clause = document.getElementById("gold-clause");
  const labels = document.getElementById("clauses");
  file.addEventListener("change", async () => {
    clause.value = "";
    labels.replaceChildren();
    const answer = await fetch(`${row.dataset.clauses}?doc=${encodeURIComponent(file.value)}`);
    if (!answer.ok) return;
    for (const [label, text] of await answer.json()) {
      const choice = document.createElement("option");
      choice.value = label;
      choice.label = `${label}  ${text}`;
      labels.append(choice);
    }
  });
  document.getElementById("gold-add").addEventListener("click", () => {
    if (!file.value) return file.focus();
    const gold = document.getElementById("gold");
    const line = clause.value ? `${file.value}#${clause.value}` : file.value;
    gold.value = [gold.value.trim(), line].filter(Boolean).join("\n");
    clause.value = "";
  });
}

const progressBox = document.getElementById("progress");
if (progressBox) watchProgress(progressBox);
const goldRow = document.getElementById("gold-choice");
if (goldRow) pickClauses(goldRow);
