// Shows the filter of each timeline, which needs a script, and lets it hide rows; the page is whole without it.
for (const form of document.querySelectorAll("form.filter")) {
  const rows = [...document.querySelectorAll(`#${form.dataset.table} tbody tr`)];
  const told = form.querySelector("output");
  const apply = () => {
    const process = form.elements.process.value;
    const kind = form.elements.kind.value;
    const [first, last] = (form.elements.time ? form.elements.time.value : "").split(" ").map(Number);
    let shown = 0;
    for (const row of rows) {
      const { from, to } = row.dataset;
      const fits =
        (!process || row.dataset.process === process) &&
        (!kind || row.dataset.kind === kind) &&
        (!last || (Number(from) <= last && Number(to || from) >= first));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    told.value = `${shown} of ${rows.length} entries`;
  };
  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}
// A link into a closed part of the page opens it.
const open = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const part = target && target.closest("details");
  if (part && !part.open) {
    part.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", open);
open();
