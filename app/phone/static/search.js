// Find a class by the words people use: its name, what they call it, its group, the text of its conditions.

const MOST = 12; // more is not read on a small screen: another word finds faster
const PIECE = 2; // letters of a piece of what was typed

// A catalogue kept long ago has neither.
const everyday = (one) => [...(one.words || []), one.name_en || ""].filter(Boolean).map((each) => each.toLowerCase());

// How well a class fits a word: the lower the better; an everyday word that stands whole in what was typed counts the
// more the longer it is. Null when it does not fit.
function fit(one, word) {
  if (one.name === word) return 0;
  if (one.name.startsWith(word) || everyday(one).includes(word)) return 1;
  if (one.name.includes(word) || one.code.toLowerCase() === word) return 2;
  const called = Math.max(
    0,
    ...everyday(one)
      .filter((each) => word.includes(each))
      .map((each) => each.length),
  );
  if (called) return 3 + 1 / (1 + called);
  if (everyday(one).some((each) => each.includes(word))) return 4;
  if (word.includes(one.name)) return 5;
  if (inOrder(one.name, word)) return 6;
  if (one.major.includes(word)) return 7;
  return one.conditions.some((each) => each.text.includes(word)) ? 8 : null;
}

function rank(one, words) {
  const fits = words.map((word) => fit(one, word));
  return fits.includes(null) ? null : Math.max(...fits);
}

// 井盖 finds 污水井盖, and 垃圾露 does not find 暴露垃圾: the letters stand in this order, others may stand between.
function inOrder(text, word) {
  let at = -1;
  return [...word].every((letter) => (at = text.indexOf(letter, at + 1)) >= 0);
}

// Where nothing fits the whole, the classes that have the most pieces of it in their name or words.
function byPieces(classes, words) {
  const pieces = words
    .flatMap((word) => [...word].map((_, at) => word.slice(at, at + PIECE)))
    .filter((each) => each.length === PIECE);
  const overlap = (one) =>
    pieces.filter((piece) => [one.name, ...everyday(one)].some((each) => each.includes(piece))).length;
  return classes.map((one) => ({ one, rank: -overlap(one) })).filter((each) => each.rank);
}

// The classes that fit, best first; without words those used lately, then all.
export function findClasses(classes, text, recent = []) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) {
    const lately = recent.map((code) => classes.find((one) => one.code === code)).filter(Boolean);
    return [...lately, ...classes.filter((one) => !recent.includes(one.code))].slice(0, MOST);
  }
  const fitting = classes.map((one) => ({ one, rank: rank(one, words) })).filter((each) => each.rank !== null);
  return (fitting.length ? fitting : byPieces(classes, words))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map((each) => each.one);
}
