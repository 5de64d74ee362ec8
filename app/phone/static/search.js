// Find a class by the words people use: its name, its group, the text of its conditions.

const MOST = 12; // more is not read on a small screen: another word finds faster

function rank(one, words) {
  let worst = 0;
  for (const word of words) {
    const here = [
      one.name.startsWith(word) && 1,
      one.name.includes(word) && 2,
      one.code.toLowerCase() === word && 2,
      inOrder(one.name, word) && 3,
      one.major.includes(word) && 4,
      one.conditions.some((each) => each.text.includes(word)) && 5,
    ].find(Boolean);
    if (!here) return null;
    worst = Math.max(worst, here);
  }
  return worst;
}

// 井盖 finds 污水井盖, and 垃圾露 does not find 暴露垃圾: the letters stand in this order, others may stand between.
function inOrder(text, word) {
  let at = -1;
  return [...word].every((letter) => (at = text.indexOf(letter, at + 1)) >= 0);
}

// The classes that fit, best first; without words those used lately, then all.
export function findClasses(classes, text, recent = []) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) {
    const lately = recent.map((code) => classes.find((one) => one.code === code)).filter(Boolean);
    return [...lately, ...classes.filter((one) => !recent.includes(one.code))].slice(0, MOST);
  }
  return classes
    .map((one) => ({ one, rank: rank(one, words) }))
    .filter((each) => each.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map((each) => each.one);
}
