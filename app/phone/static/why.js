// Why something waits, in words.

import { person, status } from "./state.js";
import { WHY } from "./send.js";
import { t } from "./words.js";

const overall = () => ({
  [WHY.OFFLINE]: t("没有网络或联系不上服务器，有网后自动发送", "No network, or the server cannot be reached; it is sent by itself later"),
  [WHY.SERVER]: t("服务器出了问题，会一直重试，内容不会丢", "The server has a fault; this is tried again and again, nothing is lost"),
  [WHY.BUSY]: t("服务器正忙，稍后自动重试", "The server is busy; it is tried again soon"),
  [WHY.SIGN_IN]: t("登录已失效，请重新登录；内容都在手机里", "Your sign-in has ended: please sign in again. All is kept on this phone"),
  [WHY.PASSWORD]: t("请先修改初始密码", "Please change the first password"),
})[status.value?.why];

export const headline = () => overall() || "";

export function whyWaits(item, all) {
  if (item.person_id !== person.value?.person_id) return t("由另一位同事保存，等他登录后发送", "Saved by somebody else: sent when they sign in");
  if (item.state === "conflict") return t("案件已有变化，请您决定", "The case has changed: please decide");
  if (item.state === "refused") return t("服务器没有接受，请处理", "The server did not accept it: please look");
  const before = all.find((one) => one.n < item.n && one.case_id === item.case_id && one.state !== "waiting" && one.kind !== "photo");
  if (before) return t("等前一步处理好", "Waits for the step before it");
  return overall() || (item.kind === "photo" && all.some((one) => one.id === item.of) ? t("等所属内容先发送", "Waits until what it belongs to is sent") : t("马上发送", "Is sent now"));
}
