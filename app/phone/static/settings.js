// What somebody has set on this phone: language, looks, the classes used last.

import { alive } from "./alive.js";
import { keep, recall } from "./db.js";

const RECENT = 8;

export const settings = alive(async () => (await recall("settings")) || {}, {});
export const setting = (name, value) => keep("settings", { ...settings.value, [name]: value });

export async function usedClass(code) {
  const recent = settings.value.recent || [];
  await setting("recent", [code, ...recent.filter((one) => one !== code)].slice(0, RECENT));
}
