// Runs in another site's page: a button that opens the chat in a frame. Served in a function of its own,
// with LABELS before it. Everything is in a shadow tree, so neither page's style touches the other's.
"use strict";

const script = document.currentScript;
const home = new URL(script.src).origin;
const lang = (script.dataset.lang || document.documentElement.lang || "zh").slice(0, 2) === "en" ? "en" : "zh";
const labels = LABELS[lang];

const host = document.createElement("div");
const root = host.attachShadow({ mode: "open" });
const style = new CSSStyleSheet();
style.replaceSync(`
  button, section { font: 16px/1.4 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; }
  button { cursor: pointer; border: 0; min-height: 44px; }
  button:focus-visible { outline: 3px solid #f2b705; outline-offset: 2px; }
  .open { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; padding: 0 20px; border-radius: 22px;
    background: #1d4f91; color: #fff; box-shadow: 0 4px 16px rgb(0 0 0 / .25); }
  section { position: fixed; right: 20px; bottom: 20px; z-index: 2147483001; display: flex; flex-direction: column;
    width: min(440px, calc(100vw - 40px)); height: min(720px, calc(100vh - 40px)); background: #fff; color: #1b2430;
    border: 1px solid #c9d3df; border-radius: 8px; overflow: hidden; box-shadow: 0 8px 32px rgb(0 0 0 / .3); }
  section[hidden], .open[hidden] { display: none; }
  header { display: flex; align-items: center; justify-content: space-between; background: #1d4f91; color: #fff; }
  header b { padding-left: 16px; }
  header button { background: none; color: #fff; padding: 0 16px; }
  iframe { flex: 1; border: 0; width: 100%; }
  @media (max-width: 600px) {
    section { inset: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; }
  }
`);
root.adoptedStyleSheets = [style];

function make(tag, text, className) {
  const node = document.createElement(tag);
  node.textContent = text;
  if (className) node.className = className;
  return node;
}

const open = make("button", labels.embed_open, "open");
open.type = "button";
open.setAttribute("aria-expanded", "false");
const box = make("section", "");
box.hidden = true;
box.setAttribute("role", "dialog");
box.setAttribute("aria-label", labels.embed_frame);
const bar = make("header", "");
const close = make("button", labels.embed_close);
close.type = "button";
bar.append(make("b", labels.name), close);
box.append(bar);
root.append(open, box);
let frame = null;

function show(shown) {
  if (shown && !frame) {
    // not before it is wanted: a page that only carries the button asks nothing of us
    frame = document.createElement("iframe");
    frame.title = labels.embed_frame;
    frame.allow = "clipboard-write";
    frame.src = `${home}/embed/chat/${lang}/`;
    box.append(frame);
  }
  box.hidden = !shown;
  open.hidden = shown;
  open.setAttribute("aria-expanded", String(shown));
  (shown ? frame : open).focus();
}

open.addEventListener("click", () => show(true));
close.addEventListener("click", () => show(false));
root.addEventListener("keydown", (event) => {
  if (event.key === "Escape") show(false);
});
// Esc within the frame: only the frame itself is listened to, and only for this.
window.addEventListener("message", (event) => {
  if (frame && event.source === frame.contentWindow && event.origin === home && event.data === "zhixun:close") {
    show(false);
  }
});
const place = () => document.body.append(host);
if (document.body) place();
else document.addEventListener("DOMContentLoaded", place);
