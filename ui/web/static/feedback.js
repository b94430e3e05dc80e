// Feedback under each answer: helpful or not, with a reason and a remark. What the reader wrote is
// kept here, by answer, because Gradio may draw a message anew at any time.
(() => {
  "use strict";

  const { labels, el, add } = window.zhixun;
  const words = labels.feedback;
  const given = new Map(); // answer id -> what its reader said, and the parts on the page

  function entry(answerId) {
    if (!given.has(answerId)) {
      given.set(answerId, { answerId, helpful: null, reason: null, remark: "", open: false, note: "", wrong: false });
    }
    const one = given.get(answerId);
    one.parts = one.parts || build(one);
    return one;
  }

  function button(text, className, onClick) {
    const made = el("button", className, text);
    made.type = "button";
    made.addEventListener("click", onClick);
    return made;
  }

  // -- parts ------------------------------------------------------------------------------------

  function build(one) {
    const buttons = el("span", "zx-thumbs");
    buttons.setAttribute("role", "group");
    buttons.setAttribute("aria-label", words.ask);
    const yes = button(words.helpful, "zx-thumb", () => sayHelpful(one));
    const no = button(words.unhelpful, "zx-thumb", () => setOpen(one, !one.open));
    const withdraw = button(words.withdraw, "zx-plain", () => withdrawIt(one));
    const note = el("span", "zx-said");
    note.setAttribute("role", "status");
    const form = buildForm(one);
    form.id = `zx-form-${one.answerId}`;
    no.setAttribute("aria-controls", form.id);
    add(buttons, yes, no);
    return { buttons, yes, no, withdraw, note, form };
  }

  function buildForm(one) {
    const form = el("form", "zx-opinion");
    const reasons = add(el("fieldset", "zx-reasons"), el("legend", "", words.why));
    for (const [value, text] of Object.entries(words.reasons)) {
      const radio = el("input");
      Object.assign(radio, { type: "radio", name: `reason-${one.answerId}`, value });
      reasons.append(add(el("label"), radio, el("span", "", text)));
    }
    const area = el("textarea");
    Object.assign(area, { rows: 2, maxLength: words.max_remark, name: "remark" });
    const counter = el("span", "zx-count", `0/${words.max_remark}`);
    area.addEventListener("input", () => { counter.textContent = `${area.value.length}/${words.max_remark}`; });
    const remark = add(el("label", "zx-remark"), add(el("span", "", `${words.remark} `), counter), area);
    const hint = add(el("p", "zx-care"), el("strong", "", labels.secrecy), el("span", "", words.kept));
    const submit = el("button", "zx-submit", words.submit);
    submit.type = "submit";
    const cancel = button(words.cancel, "zx-plain", () => { setOpen(one, false); one.parts.no.focus(); });
    add(form, reasons, remark, hint, add(el("p", "zx-sendoff"), submit, cancel));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const reason = form.querySelector("input:checked");
      sayUnhelpful(one, reason ? reason.value : null, area.value);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      setOpen(one, false);
      one.parts.no.focus();
    });
    return form;
  }

  function show(one) {
    const { yes, no, withdraw, note, form } = one.parts;
    yes.setAttribute("aria-pressed", String(one.helpful === true));
    no.setAttribute("aria-pressed", String(one.helpful === false));
    no.setAttribute("aria-expanded", String(one.open));
    for (const control of [yes, no, withdraw, ...form.elements]) control.disabled = Boolean(one.busy);
    withdraw.hidden = one.helpful === null;
    form.hidden = !one.open;
    note.textContent = one.note;
    note.classList.toggle("zx-wrong", one.wrong);
  }

  function setOpen(one, open) {
    one.open = open;
    if (open) one.note = "";
    show(one);
    if (!open) return;
    (one.parts.form.querySelector("input:checked") || one.parts.form.querySelector("input")).focus();
    one.parts.form.scrollIntoView({ block: "nearest" });
  }

  // -- what is said -----------------------------------------------------------------------------

  async function sayHelpful(one) {
    if (one.helpful === true) return withdrawIt(one);
    if (await send(one, { helpful: true })) setOpen(one, false);
    return one.parts.yes.focus({ preventScroll: true });
  }

  async function sayUnhelpful(one, reason, remark) {
    if (!(await send(one, { helpful: false, reason, remark }))) return;
    setOpen(one, false);
    one.parts.no.focus({ preventScroll: true });
  }

  async function withdrawIt(one) {
    if (await send(one, { helpful: null })) setOpen(one, false);
    one.parts.yes.focus({ preventScroll: true });
  }

  /** Whether it was taken; the note says so, or why not. */
  async function send(one, said) {
    Object.assign(one, { busy: true, note: words.sending, wrong: false });
    show(one);
    let taken = false;
    try {
      const answer = await fetch(`${window.zhixun.base}/api/feedback/${one.answerId}?lang=${labels.lang}`, {
        method: "POST",
        credentials: "same-origin",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(said),
      });
      const data = await answer.json();
      taken = answer.ok;
      one.note = answer.ok ? data.message : data.detail;
      if (answer.ok) one.helpful = said.helpful;
    } catch (error) {
      console.warn(error); // no connection, or not our server that answers
      one.note = words.failed;
    }
    Object.assign(one, { wrong: !taken, busy: false });
    show(one);
    one.parts.note.scrollIntoView({ block: "nearest" });
    return taken;
  }

  // -- wiring -----------------------------------------------------------------------------------

  /** Puts the parts into every place that lacks them: new answers, and those drawn anew. */
  function furnish() {
    for (const place of document.querySelectorAll(".zx-feedback:not(:has(.zx-thumbs))")) {
      const copy = place.closest(".zx-answer").querySelector(".zx-copy");
      const one = entry(copy.hash.slice("#copy-".length));
      add(place, one.parts.buttons, one.parts.withdraw, one.parts.note);
      place.after(one.parts.form);
      show(one);
    }
  }

  new MutationObserver(furnish).observe(document.body, { subtree: true, childList: true });
  furnish();
})();
