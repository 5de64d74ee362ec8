// Rows of figures, each figure a link to its cases. Texts go in as text and never as markup.
export function link(figure, address) {
  if (!figure) return document.createTextNode("0");
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.textContent = String(figure);
  return anchor;
}

export function fill(table, rows) {
  const body = table.tBodies[0];
  body.replaceChildren(
    ...rows.map(([name, ...cells]) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = name;
      row.append(
        head,
        ...cells.map((cell) => {
          const place = document.createElement("td");
          place.append(cell);
          return place;
        }),
      );
      return row;
    }),
  );
}

export async function read(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
