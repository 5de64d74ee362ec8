// Why something waits or failed, in words. None blames whoever holds the phone for what the phone, the network or the
// server does.

import { Between, Problem, SignedOut, Unreachable } from "./answers.js";
import { CONFLICT, REFUSED, WAITING } from "./db.js";
import { WHY } from "./send.js";
import { asks, person, status } from "./state.js";
import { QueuedKind } from "./terms.js";
import { faultOf, t } from "./words.js";

const offline = () =>
  t(
    "没有网络或联系不上服务器，有网后自动发送",
    "No network, or the server cannot be reached; it is sent by itself later",
  );
const between = () =>
  t(
    "网络中间有别的页面代替服务器答复（如上网登录页、防火墙），会自动重试，内容都在手机里",
    "Something in between answers for the server (a network's sign-in page, a firewall); it is tried again, " +
      "all is kept on this phone",
  );
const server = () =>
  t("服务器出了问题，会一直重试，内容不会丢", "The server has a fault; this is tried again and again, nothing is lost");
const words = () => faultOf(status.value.problem || {});

const overall = () =>
  ({
    [WHY.OFFLINE]: offline,
    [WHY.SERVER]: server,
    [WHY.BETWEEN]: between,
    [WHY.BUSY]: () => t("服务器正忙，稍后自动重试", "The server is busy; it is tried again soon"),
    [WHY.REFUSED]: () =>
      t("服务器暂时不收，会自动重试：", "The server does not take it now, it is tried again: ") + words(),
    [WHY.SIGN_IN]: () =>
      t(
        "登录已失效，请重新登录；内容都在手机里",
        "Your sign-in has ended: please sign in again. All is kept on this phone",
      ),
    [WHY.PASSWORD]: () => t("请先修改初始密码", "Please change the first password"),
    [WHY.FULL]: () =>
      t(
        "手机存储已满，请清理手机空间；已保存的内容都在",
        "This phone is full: free some space. What is saved is still there",
      ),
    [WHY.PAGE]: () =>
      t(
        "本页面出了故障，不是您操作有误；会自动重试，内容都在手机里",
        "This page has a fault, through no mistake of yours; it is tried again, all is kept on this phone",
      ),
  })[status.value?.why]?.();

export const headline = () => overall() || "";

export function whyWaits(item, all) {
  if (item.person_id !== person.value?.person_id)
    return t("由另一位同事保存，等他登录后发送", "Saved by somebody else: sent when they sign in");
  if (item.state === CONFLICT && item.kind === QueuedKind.ROUND)
    return t("巡查已有变化，请您决定", "The round has changed: please decide");
  if (item.state === CONFLICT) return t("案件已有变化，请您决定", "The case has changed: please decide");
  if (item.state === REFUSED) return t("服务器没有接受，请处理", "The server did not accept it: please look");
  const before = all.find(
    (one) => one.n < item.n && one.case_id === item.case_id && one.state !== WAITING && one.kind !== QueuedKind.PHOTO,
  );
  if (before) return t("等前一步处理好", "Waits for the step before it");
  const reason =
    overall() ||
    (item.kind === QueuedKind.PHOTO && all.some((one) => one.id === item.of)
      ? t("等所属内容先发送", "Waits until what it belongs to is sent")
      : t("马上发送", "Is sent now"));
  return asks(item) ? t(`已等了一天以上：${reason}`, `It has waited for more than a day: ${reason}`) : reason;
}

// Why a call failed, for whoever asked for something just now.
export function whyFailed(error) {
  if (error instanceof Unreachable)
    return t("联系不上服务器，请检查网络后再试。", "The server cannot be reached: look at the network and try again.");
  if (error instanceof SignedOut)
    return t("登录已失效，请重新登录。", "You are not signed in any more: please sign in again.");
  if (error instanceof Problem)
    return faultOf(error.body) || t("服务器出了问题，请稍后再试。", "The server has a fault: try again later.");
  if (error instanceof Between && error.status < 500)
    return t(
      "网络中间有别的页面代替服务器答复：可能要先在浏览器里登录这个网络，或请管理员查看防火墙。",
      "Something in between answers for the server: sign in to this network in the browser first, or let the " +
        "administrator look at the firewall.",
    );
  if (error instanceof Between) return t("服务器出了问题，请稍后再试。", "The server has a fault: try again later.");
  return pageFault(error);
}

// Why nothing can be kept here, by what the browser says.
export function whyClosed(error) {
  const names = [];
  for (let one = error; one; one = one.inner) names.push(one.name);
  if (names.includes("QuotaExceededError"))
    return t(
      "手机存储已满，打不开。请先清理手机空间，再刷新页面；不要清除浏览器数据。",
      "This phone is full, so the page cannot be opened. Free some space, then reload; do not clear the " +
        "browser's data.",
    );
  if (names.includes("VersionError"))
    return t(
      "手机里的数据是更新版本的页面写的。请关掉所有窗口，联网后再打开。",
      "What is kept here was written by a newer version of this page. Close all its windows, then open it with " +
        "network.",
    );
  return t(
    "这个浏览器窗口不能保存数据，不能上报。无痕模式、浏览器的隐私设置或手机存储故障都会这样：请用普通窗口打开，" +
      `或换一个浏览器（${names.join(" ")}）。`,
    "This browser window can keep nothing, so nothing can be reported. Private browsing, privacy settings or a " +
      "fault of the phone's storage do that: open it in an ordinary window, or take another browser " +
      `(${names.join(" ")}).`,
  );
}

// What nobody expected, with its name for the administrator.
export const pageFault = (error) =>
  t(
    "本页面出了故障，不是您操作有误；已保存的内容都在手机里。请刷新页面，再不行请把这行告诉管理员：" +
      `${error?.name} ${error?.message}`,
    "This page has a fault, through no mistake of yours; what is saved is still on this phone. Reload it, and " +
      `if that does not help tell the administrator: ${error?.name} ${error?.message}`,
  );
