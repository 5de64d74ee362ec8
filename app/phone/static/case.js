// One case: what it is, what became of it, and the steps that are this person's to take.

import { Act } from "./act.js";
import { canAsk, factName, knowsForms, remarksIn } from "./acts.js";
import { AskOnce } from "./ask.js";
import { CasePhotos } from "./case-photos.js";
import { dropDraft, recall } from "./db.js";
import { draftsOf } from "./draft.js";
import { isAnswer } from "./answers.js";
import { readDuty, readSteps } from "./refresh.js";
import { standardOf, unknownHolidaysOf } from "./standard.js";
import { cases, queue } from "./state.js";
import { formsNotice } from "./questions.js";
import { PlaceKind, QueuedKind } from "./terms.js";
import { computed, html, nextTick, onMounted, shallowRef, watch } from "./ui.js";
import { actorName, className, labelOf, many, countdown, stateName, t, when } from "./words.js";

export const CasePage = {
  props: { id: String, more: String },
  emits: ["go"],
  setup(props, { emit }) {
    const one = computed(() => cases.value.find((each) => each.case_id === props.id));
    const steps = shallowRef([]);
    const onDuty = shallowRef([]);
    const drafts = shallowRef([]);
    const acting = computed(() => one.value?.actions.find((each) => each.action === props.more && canAsk(each)));
    const pending = computed(() =>
      queue.value.filter((each) => each.case_id === props.id && each.kind !== QueuedKind.PHOTO),
    );
    onMounted(load);
    watch(() => one.value?.seq, readDrafts, { immediate: true });
    watch(() => props.more, arrive);
    async function load() {
      steps.value = (await recall(`steps ${props.id}`)) || [];
      try {
        steps.value = await readSteps(props.id);
        if (one.value?.urgent && !one.value.ended_how) onDuty.value = await readDuty(props.id);
      } catch (error) {
        if (!isAnswer(error)) throw error;
      }
    }
    async function readDrafts() {
      drafts.value = await draftsOf(props.id);
    }
    async function arrive() {
      await readDrafts();
      await nextTick();
      // the form's own button is gone
      if (!props.more) document.getElementById("title")?.focus({ preventScroll: true });
    }
    async function forget(draft) {
      await dropDraft(draft.name);
      await readDrafts();
    }
    const hrefOf = (action) => `#/case/${props.id}/${action.action}`;
    const isBegun = (action) => drafts.value.some((draft) => draft.action === action.action);
    // What somebody has half written for a step that is theirs no more is shown, and not lost without a word.
    const stale = () =>
      drafts.value
        .filter((draft) => !one.value.actions.some((each) => each.action === draft.action))
        .map(
          (draft) => html`
            <section class="notice" key=${draft.name} aria-label=${t("没办完的内容", "Half written")}>
              <p>
                <strong>
                  ${t("您写到一半的一步现在不能办了：", "A step that you had begun can no longer be taken:")}
                </strong>
              </p>
              <p>${Object.values(draft.data)
                .filter((text) => typeof text === "string")
                .join(" ")} ${
                draft.photos.length ? t(`${draft.photos.length} 张照片`, many(draft.photos.length, "photo")) : ""
              }</p>
              <${AskOnce} label=${t("删除这份草稿", "Remove this draft")}
                  question=${t("删除后不能恢复，确定吗？", "This cannot be taken back. Are you sure?")}
                  yes=${t("确定删除", "Remove it")} no=${t("留着", "Keep it")} onYes=${() => forget(draft)} />
            </section>`,
        );
    const due = () => {
      const left = countdown(one.value.ended_how ? null : one.value.due_at);
      return left ? html`<span class=${left.late ? "bad" : "good"}>${left.late ? "⚠ " : ""}${left.text}</span>` : "";
    };
    // What whoever sent it wants, under which number, by when.
    const ticket = () => {
      const { external_no: number, external_due: date, ticket_kind_label: kind, ticket_kind_label_en: en } = one.value;
      return [
        kind ? [html`<dt>${t("诉求", "Wanted")}</dt>`, html`<dd>${t(kind, en)}</dd>`] : "",
        number ? [html`<dt>${factName("external_no")}</dt>`, html`<dd>${number}</dd>`] : "",
        date ? [html`<dt>${factName("external_due")}</dt>`, html`<dd>${when(date)}</dd>`] : "",
      ];
    };
    const body = () => html`
      <h2>${className(one.value)}</h2>
      <p class="state">
        <strong>${stateName(one.value)}</strong> ${due()} ${one.value.risk ? labelOf(one.value.risk) : ""}
        ${one.value.drill ? t("（演练）", "(drill)") : ""}
      </p>
      <p>${one.value.description}</p>
      <dl>
        <dt>${t("编号", "Number")}</dt><dd>${one.value.number}</dd>
        <dt>${factName("grid")}</dt><dd>${one.value.grid.name}${
          one.value.place === PlaceKind.GRID ? t("内某处，没有定位点", ": somewhere in it, no point") : ""
        }</dd>
        ${one.value.address ? [html`<dt>${factName("address")}</dt>`, html`<dd>${one.value.address}</dd>`] : ""}
        ${
          one.value.object?.identifier
            ? [html`<dt>${t("对象编号", "Object")}</dt>`, html`<dd>${one.value.object.identifier}</dd>`]
            : ""
        }
        ${one.value.lead ? [html`<dt>${t("承办", "Department")}</dt>`, html`<dd>${one.value.lead.name}</dd>`] : ""}
        ${
          onDuty.value.length
            ? [html`<dt>${t("现在值班", "On duty now")}</dt>`, html`<dd>${onDuty.value.join(t("、", ", "))}</dd>`]
            : ""
        }
        ${standardOf(one.value)}
        ${unknownHolidaysOf(one.value)}
        ${ticket()}
        <dt>${t("上报", "Reported")}</dt><dd>${when(one.value.reported_at)}</dd>
      </dl>
      ${
        pending.value.length
          ? html`<p class="notice">
              ${t("已办、等待发送：", "Done, waiting to be sent: ")}
              ${pending.value
                .map((each) => t(each.label || "上报", each.label_en || "Report"))
                .join(t("、", ", "))} <a href="#/queue">${t("查看", "Look")}</a>
            </p>`
          : ""
      }
      ${stale()}
      ${actions()}
      <${CasePhotos} case_id=${props.id} steps=${steps.value} />
      <h3>${t("办理经过", "What became of it")}</h3>
      ${
        steps.value.length
          ? html`<ol class="steps">${steps.value.map(
              (step) => html`<li key=${step.seq}><strong>${labelOf(step)}</strong>
                <span class="quiet"> · ${actorName(step)} · ${when(step.at)}</span>${
                  remarksIn(step) ? html`<p>${remarksIn(step)}</p>` : ""
                }</li>`,
            )}</ol>`
          : html`<p class="quiet">${t("联网后可以看到办理经过。", "It is shown here when there is network.")}</p>`
      }`;
    function actions() {
      const all = one.value.actions;
      const askable = all.filter(canAsk);
      if (all.length && !knowsForms()) return formsNotice();
      return html`<div class="actions" role="group" aria-label=${t("可以办理", "What you can do")}>
        ${askable.map(
          (action) =>
            html`<button key=${action.action} type="button" class="strong" onClick=${() => emit("go", hrefOf(action))}>
              ${labelOf(action)}${isBegun(action) ? t("（接着写）", " (go on)") : ""}
            </button>`,
        )}
        ${
          askable.length < all.length
            ? html`<p class="quiet">${t("其余操作请在电脑端办理：", "Please do these at a desk: ")}${all
                .filter((each) => !canAsk(each))
                .map(labelOf)
                .join(t("、", ", "))}</p>`
            : ""
        }
      </div>`;
    }
    return () => {
      if (!one.value)
        return html`<p>
          ${t(
            "手机里没有这个案件，或您已看不到它。请返回。",
            "This case is not on the phone, or not yours to see any more. Please go back.",
          )}
        </p>`;
      if (acting.value)
        return html`<${Act} one=${one.value} action=${acting.value} key=${acting.value.action}
            onDone=${() => emit("go", "#/tasks")} onBack=${() => emit("go", `#/case/${props.id}`)} />`;
      return html`<article>${body()}</article>`;
    };
  },
};
