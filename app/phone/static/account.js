// Signing in, the password, and how the page looks.

import { AddressNotice } from "./address.js";
import { Problem } from "./answers.js";
import { changePassword, signIn, signOut } from "./net.js";
import { saveQueueFile } from "./rescue.js";
import { lapsed, me, person, queue, say, session } from "./state.js";
import { setting, settings } from "./settings.js";
import { wakeAnew } from "./wake.js";
import { html, reactive, ref } from "./ui.js";
import { whyFailed } from "./why.js";
import { language, many, roleName, t } from "./words.js";

// A form that calls something and says what went wrong.
function form(fields, act, label) {
  const formData = reactive({});
  const fault = ref("");
  const busy = ref(false);
  async function send(event) {
    event.preventDefault();
    busy.value = true;
    fault.value = "";
    try {
      await act(formData);
    } catch (error) {
      fault.value = whyFailed(error);
      console.error(error);
    } finally {
      busy.value = false;
    }
  }
  return () => html`<form class="form" onSubmit=${send}>
    ${fields().map(
      ([name, text, type, complete]) => html`
        <label for=${name}>${text}</label>
        <input id=${name} type=${type} autocomplete=${complete} required maxlength="200" autocapitalize="none"
            value=${formData[name] || ""}
            onInput=${(event) => (formData[name] = event.target.value)} />`,
    )}
    <p class="bad" role="alert">${fault.value}</p>
    <button class="strong wide" type="submit" disabled=${busy.value}>${label()}</button>
  </form>`;
}

const toggle = (
  name,
  zh,
  en,
) => html`<label class="check"><input type="checkbox" checked=${Boolean(settings.value[name])}
      onChange=${(event) => setting(name, event.target.checked)} /> ${t(zh, en)}</label>`;
const largeType = () => toggle("large", "大字", "Large type");

export const SignIn = {
  setup() {
    const codeOwed = ref(false); // of an account with a second factor, on a phone that has shown no code lately
    const fields = () => [
      ["username", t("账号", "Account"), "text", "username"],
      ["password", t("密码", "Password"), "password", "current-password"],
      ...(codeOwed.value
        ? [["code", t("验证码（六位数字）或恢复码", "Code (six digits) or recovery code"), "text", "one-time-code"]]
        : []),
    ];
    const show = form(
      fields,
      async ({ username, password, code }) => {
        try {
          await signIn(username.trim(), password, code);
        } catch (error) {
          codeOwed.value ||= error instanceof Problem && error.body.code === "second_factor_required";
          throw error;
        }
        wakeAnew();
      },
      () => t("登录", "Sign in"),
    );
    return () => html`
      ${
        session.value?.ended || queue.value.length
          ? html`<section class="notice" aria-label=${t("请重新登录", "Sign in again")}>
              <p>${t("请重新登录。", "Please sign in again. ")}${
                queue.value.length
                  ? t(
                      `手机里保存的 ${queue.value.length} 条内容都在。`,
                      `${many(queue.value.length, "item")} saved on this phone: nothing is lost.`,
                    )
                  : ""
              }</p>
              ${
                queue.value.length
                  ? html`<p>
                      ${t(
                        "登录不了、要换手机？可以先导出，交给管理员。",
                        "You cannot sign in, or the phone must be given away? Export them first and give the " +
                          "file to the administrator.",
                      )}
                    </p>
                    <p>
                      <button type="button" onClick=${saveQueueFile}>${t("导出到文件", "Export to a file")}</button>
                    </p>`
                  : ""
              }</section>`
          : ""
      }
      <${AddressNotice} />
      ${show()}
      ${
        lapsed.value
          ? html`<section class="notice" aria-label=${t("先上报", "Report first")}>
              <p>${t(
                `现在登录不了？可以先上报：以“${person.value.name}”的名义保存在手机里，重新登录后自动发送。`,
                "You cannot sign in now? Report all the same: it is saved on this phone as of " +
                  `${person.value.name} and sent after signing in.`,
              )}</p>
              <p><a class="button wide" href="#/report">${t("上报", "Report")}</a></p></section>`
          : ""
      }
      ${largeType()}
      <p>
        <button type="button" onClick=${() => setting("language", language() === "en" ? "zh" : "en")}>
          ${language() === "en" ? "中文" : "English"}
        </button>
      </p>`;
  },
};

export const Password = {
  emits: ["go"],
  setup(_, { emit }) {
    const fields = () => [
      ["old_password", t("现在的密码", "Password until now"), "password", "current-password"],
      ["new_password", t("新密码", "New password"), "password", "new-password"],
    ];
    const show = form(
      fields,
      async ({ old_password, new_password }) => {
        await changePassword(old_password, new_password);
        say(t("密码已修改。", "The password is changed."));
        wakeAnew();
        emit("go", "#/");
      },
      () => t("修改密码", "Change the password"),
    );
    return () =>
      html`<div>${
        person.value?.must_change_password
          ? html`<p class="notice">
              ${t("第一次使用，请先修改密码。", "Please change the first password before you begin.")}
            </p>`
          : ""
      }${show()}</div>`;
  },
};

export const Settings = {
  emits: ["go"],
  setup(_, { emit }) {
    async function leave() {
      await signOut();
      emit("go", "#/");
    }
    return () => html`
      <p>${person.value?.name} ${(me.value?.assignments || []).map(roleName).join(t("、", ", "))}</p>
      <fieldset class="part"><legend>${t("显示", "Display")}</legend>
        ${largeType()}
        ${toggle("contrast", "高对比度（阳光下）", "High contrast (in sunlight)")}
        <label for="language">${t("语言 Language", "Language 语言")}</label>
        <select id="language" value=${language()} onChange=${(event) => setting("language", event.target.value)}>
          <option value="zh">中文</option><option value="en">English</option>
        </select>
      </fieldset>
      <p><a class="button" href="#/leave">${t("请假与顶岗", "Leave and substitute")}</a></p>
      <p><a href="/handbook/grid-worker">${t("使用手册", "Handbook")}</a></p>
      <p class="quiet">${t(
        "您的位置只在上报、核实、核查和看“附近案件”时取一次，不记录行踪。",
        "Your position is read once when you report, verify, check or look at the cases nearby; your movements " +
          "are not recorded.",
      )}</p>
      <div class="row"><a class="button" href="#/password">${t("修改密码", "Change password")}</a>
        <button type="button" onClick=${leave}>${t("退出登录", "Sign out")}</button></div>
      <p class="quiet">
        ${t(
          "退出后，未发送的内容仍保存在手机里，等您再次登录后发送。",
          "What is not sent yet stays on this phone and is sent when you sign in again.",
        )}
      </p>`;
  },
};
