// A button whose act cannot be taken back asks once.

import { html, nextTick, ref } from "./ui.js";
import { t } from "./words.js";

export const AskOnce = {
  props: { label: String, question: String, yes: String, no: String, beside: Object },
  emits: ["yes"],
  setup(props, { emit }) {
    const asking = ref(false);
    const place = ref(null);
    async function ask(now) {
      asking.value = now;
      await nextTick();
      place.value?.querySelector("button")?.focus(); // the button that was pressed is gone
    }
    return () =>
      html`<div ref=${(element) => (place.value = element)}>${
        asking.value
          ? html`<div class="row" role="group" aria-label=${t("请确认", "Please confirm")}>
              <span>${props.question}</span>
              ${
                props.beside
                  ? html`<button type="button" onClick=${props.beside.act}>${props.beside.label}</button>`
                  : ""
              }
              <button type="button" class="danger" onClick=${() => emit("yes")}>${props.yes}</button>
              <button type="button" onClick=${() => ask(false)}>${props.no}</button>
            </div>`
          : html`<button type="button" onClick=${() => ask(true)}>${props.label}</button>`
      }</div>`;
  },
};
