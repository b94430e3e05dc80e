"use strict";
// How the reader wants pages to look: kept in a cookie, so that the server sends them that way.

const VIEW_PARTS = ["theme", "contrast", "size"];

function setView(part, value) {
  const root = document.documentElement;
  root.dataset[part] = value;
  const wanted = VIEW_PARTS.map((name) => root.dataset[name]).join(".");
  document.cookie = `zx_view=${wanted}; path=/; max-age=31536000; samesite=lax`;
}

document.addEventListener("change", (event) => {
  const part = VIEW_PARTS.find((name) => event.target.name === `zx-${name}`);
  if (part) setView(part, event.target.value);
});

// A menu closes on Escape and on a click elsewhere, like every menu.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.view-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.view-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A form that asks first: <form data-confirm="...">.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset && event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
