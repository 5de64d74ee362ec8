// Write JSON. Half a character, as phones leave one where a text is cut, is no text: it becomes U+FFFD.

const sound = (_, value) => (typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\ufffd") : value);

export const jsonOf = (value) => JSON.stringify(value, sound);
