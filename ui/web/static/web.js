// The page's own script: evidence panel, copying, retry, text size. Text reaches the page only
// through textContent, never as markup.
(() => {
  "use strict";

  const labels = JSON.parse(document.querySelector('meta[name="zx-labels"]').content);
  const state = { opener: null, cited: null };

  document.documentElement.lang = labels.lang === "en" ? "en" : "zh-CN";

  function el(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  }

  function add(parent, ...children) {
    for (const child of children) if (child) parent.append(child);
    return parent;
  }

  // In another site's frame the same addresses lie under /embed (ui/web/embed.py).
  const base = window.location.pathname.startsWith("/embed/") ? "/embed" : "";
  document.documentElement.classList.toggle("zx-embedded", base !== "");

  window.zhixun = { labels, el, add, base }; // for the scripts that follow (feedback.js)

  // -- evidence panel -------------------------------------------------------------------------

  function panel() {
    let aside = document.getElementById("zx-panel");
    if (aside) return aside;
    aside = el("aside");
    aside.id = "zx-panel";
    aside.hidden = true;
    aside.tabIndex = -1;
    aside.setAttribute("role", "dialog");
    aside.setAttribute("aria-label", labels.panel);
    const bar = el("div", "zx-panel-bar");
    const close = el("button", "zx-close", labels.close);
    close.type = "button";
    close.addEventListener("click", closePanel);
    add(bar, el("h2", "", labels.panel), close);
    const body = el("div", "zx-panel-body");
    body.setAttribute("aria-live", "polite");
    add(aside, bar, body);
    document.body.append(aside);
    return aside;
  }

  function closePanel() {
    const aside = document.getElementById("zx-panel");
    if (!aside || aside.hidden) return;
    aside.hidden = true;
    document.body.classList.remove("zx-panel-open");
    markOpener(null);
    if (state.opener && state.opener.isConnected) state.opener.focus({ preventScroll: true });
  }

  function markOpener(href) {
    for (const chip of document.querySelectorAll('a[href^="#cite-"]')) {
      chip.classList.toggle("zx-opened", chip.getAttribute("href") === href);
    }
  }

  async function openPanel(address, render) {
    const aside = panel();
    const body = aside.querySelector(".zx-panel-body");
    aside.hidden = false;
    document.body.classList.add("zx-panel-open");
    body.replaceChildren(el("p", "zx-quiet", labels.loading));
    aside.focus({ preventScroll: true });
    let content;
    try {
      const answer = await fetch(`${base}${address}?lang=${labels.lang}`, { credentials: "same-origin" });
      const data = await answer.json();
      content = answer.ok ? render(data) : [el("p", "zx-error", data.detail)];
    } catch (error) {
      console.error(error);
      content = [el("p", "zx-error", labels.panel_failed)];
    }
    body.replaceChildren(...content.filter(Boolean));
    body.scrollTop = 0;
    const mark = body.querySelector("mark, tr.zx-marked");
    if (mark) mark.scrollIntoView({ block: "nearest" });
  }

  function openCitation(href) {
    const [answerId, n] = splitLast(href.slice("#cite-".length));
    state.cited = href;
    markOpener(href);
    return openPanel(`/api/cite/${answerId}/${n}`, renderCitation);
  }

  function openDocument(docId) {
    return openPanel(`/api/doc/${encodeURIComponent(docId)}`, renderDocument);
  }

  function splitLast(text) {
    const at = text.lastIndexOf("-");
    return [text.slice(0, at), text.slice(at + 1)];
  }

  function renderCitation(data) {
    return [
      ...renderHead(data, data.n),
      data.warning && el("p", "zx-hint", data.warning),
      data.clause ? null : add(el("blockquote", "zx-clause"), el("mark", "", data.quote)),
      data.before && fold(data.before),
      data.clause && renderClause(data.clause),
      data.after && fold(data.after),
      renderFacts(data.facts),
      allClauses(data),
    ];
  }

  function renderDocument(data) {
    const content = [...renderHead(data), renderFacts(data.facts), add(el("p"), pageLink(data))];
    if (state.cited) {
      const back = el("button", "zx-link zx-back", labels.back);
      back.type = "button";
      back.addEventListener("click", () => openCitation(state.cited));
      content.unshift(back);
    }
    content.push(el("h4", "", data.clauses_label), ...data.clauses.map(renderClause));
    content.push(data.clauses_note && el("p", "zx-quiet", data.clauses_note));
    return content;
  }

  function renderHead(data, n) {
    const title = el("h3", "zx-panel-title");
    if (n !== undefined) title.append(el("span", "zx-n", n));
    title.append(data.title);
    const badges = el("p", "zx-badges");
    add(
      badges,
      el("span", `zx-badge zx-${data.validity}`, data.validity_label),
      data.sample && el("span", "zx-badge zx-sample", data.sample),
      data.validity_today && el("span", "zx-today", data.validity_today),
    );
    const head = [title, badges];
    if (data.sample_note) head.push(el("p", "zx-sample-note", data.sample_note));
    if (data.replaced_by) {
      const link = el("button", "zx-link", documentName(data.replaced_by));
      link.type = "button";
      link.addEventListener("click", () => openDocument(data.replaced_by.doc_id));
      head.push(add(el("p", "zx-replaced"), el("span", "", data.replaced_by.label), link));
    }
    return head;
  }

  function documentName(doc) {
    return `《${doc.title}》${doc.doc_number ? `（${doc.doc_number}）` : ""}`;
  }

  function renderFacts(facts) {
    const list = el("dl", "zx-facts");
    for (const fact of facts) add(list, el("dt", "", fact.label), el("dd", "", fact.value));
    return list;
  }

  function renderClause(clause) {
    const block = el("section", "zx-clause");
    if (clause.path.length) block.append(el("p", "zx-path", clause.path.join(" › ")));
    block.append(clause.rows ? tableOf(clause) : textOf(clause));
    return block;
  }

  function textOf(clause) {
    const text = el("div", "zx-clause-text");
    if (!clause.mark) {
      text.textContent = clause.text;
      return text;
    }
    const [start, end] = clause.mark;
    const chars = Array.from(clause.text); // Python counts code points
    text.append(
      chars.slice(0, start).join(""),
      el("mark", "", chars.slice(start, end).join("")),
      chars.slice(end).join(""),
    );
    return text;
  }

  function tableOf(clause) {
    const table = el("table");
    clause.rows.forEach((cells, i) => {
      const row = el("tr", clause.marked_rows.includes(i) ? "zx-marked" : "");
      for (const cell of cells) row.append(el(i === 0 ? "th" : "td", "", cell));
      table.append(row);
    });
    return add(el("div", "zx-table"), table);
  }

  function fold(neighbour) {
    const details = el("details", "zx-neighbour");
    const name = neighbour.label ? `${neighbour.heading}：${neighbour.label}` : neighbour.heading;
    return add(details, el("summary", "", name), renderClause(neighbour));
  }

  function allClauses(data) {
    const link = el("button", "zx-link", data.all_label);
    link.type = "button";
    link.addEventListener("click", () => openDocument(data.doc_id));
    return add(el("p"), link, pageLink(data));
  }

  // The document's page in the library, at this clause.
  function pageLink(data) {
    const link = el("a", "zx-link zx-page-link", labels.library_page);
    link.href = data.clause_id
      ? `/library/clause/${encodeURIComponent(data.clause_id)}`
      : `/library/${encodeURIComponent(data.doc_id)}`;
    return link;
  }

  // -- copying, always with the notice that the text is AI-generated ----------------------------

  async function copyAnswer(link) {
    const answer = await fetch(`${base}/api/answer/${link.hash.slice("#copy-".length)}/text?lang=${labels.lang}`);
    const text = answer.ok ? await answer.text() : null;
    const done = text !== null && (await toClipboard(text));
    toast(done ? labels.copied : labels.copy_failed);
  }

  async function toClipboard(text) {
    if (navigator.clipboard && window.isSecureContext) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch (error) {
        console.warn(error); // denied: the older way below may still work
      }
    }
    const area = el("textarea", "zx-offscreen");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  function toast(text) {
    const note = el("div", "zx-toast", text);
    note.setAttribute("role", "status");
    document.body.append(note);
    setTimeout(() => note.remove(), 2600);
  }

  document.addEventListener("copy", (event) => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed) return;
    const inAnswer = [...document.querySelectorAll(".zx-text")].some((part) => selection.containsNode(part, true));
    if (!inAnswer || selection.toString().includes(labels.ai_label)) return;
    event.clipboardData.setData("text/plain", `${selection.toString()}\n\n${labels.ai_label}`);
    event.preventDefault();
  });

  // -- head and look ------------------------------------------------------------------------------

  // As site.js keeps it: "theme.contrast.size". The server-rendered pages come with it from the server.
  const kept = /(?:^|; )zx_view=(auto|light|dark)\.(normal|high)\.([123])/.exec(document.cookie);
  const look = document.documentElement.dataset;
  [look.theme, look.contrast, look.size] = kept ? kept.slice(1) : ["auto", "normal", "1"];

  const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
  systemDark.addEventListener("change", sameLook);

  // Gradio's own parts follow the system's dark mode: they must follow the reader's wish.
  function sameLook() {
    const dark = look.theme === "dark" || (look.theme === "auto" && look.contrast === "normal" && systemDark.matches);
    if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
  }

  // The head of the other pages, made by the server for who is signed in; its text is escaped there.
  let head = "";
  if (!base) fetch(`/api/header?lang=${labels.lang}`, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.status))))
    .then((text) => { head = text; showHead(); })
    .catch((error) => console.warn(error)); // the plain head stays

  function showHead() {
    const place = document.querySelector("#zx-header .zx-head-place");
    if (place && head && !place.dataset.done) {
      place.dataset.done = "1";
      place.innerHTML = head;
    }
  }

  // The conversation's address: after a reload, a lost connection or from the history it goes on.
  let shown = ""; // what the address names was not yet answered for while this is empty

  function showAddress() {
    const keep = document.querySelector("#zx-keep .zx-keep");
    if (!keep || keep.textContent === shown) return;
    shown = keep.textContent;
    const address = new URL(window.location.href);
    if (keep.textContent) address.searchParams.set("c", keep.textContent);
    else address.searchParams.delete("c");
    window.history.replaceState(null, "", address);
  }

  // -- wiring -----------------------------------------------------------------------------------

  function onClick(event) {
    const target = event.target.closest("a, button");
    if (!target) return;
    const href = target.getAttribute("href") || "";
    if (href.startsWith("#cite-")) {
      state.opener = target;
      openCitation(href);
    } else if (href.startsWith("#copy-")) {
      copyAnswer(target);
    } else if (href === "#retry") {
      document.querySelector("#zx-retry-button").click();
    } else if (href === "#zx-question") {
      document.querySelector("#zx-question textarea").focus();
    } else {
      if (base && href.startsWith("/")) target.target = "_blank"; // pages of ours stand in no frame
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("click", onClick, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const aside = document.getElementById("zx-panel");
    if (aside && !aside.hidden) closePanel();
    else if (base) window.parent.postMessage("zhixun:close", "*"); // nothing in it, so it may be for anybody
  });

  // The newest question stays at the top of the view while its answer grows, so that the answer is
  // read from its start; not once the reader has scrolled.
  let questions = 0;
  let follow = false;

  function showNewest() {
    const all = document.querySelectorAll(".zx-question");
    if (all.length > questions) follow = true;
    questions = all.length;
    if (follow && questions) all[questions - 1].scrollIntoView({ block: "start" });
  }

  for (const gesture of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    document.addEventListener(gesture, () => { follow = false; }, { passive: true });
  }

  // Gradio draws the page after this script has run.
  new MutationObserver(() => {
    sameLook();
    showHead();
    showAddress();
    showNewest();
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
  new MutationObserver(sameLook).observe(document.documentElement, { attributes: true });
})();
