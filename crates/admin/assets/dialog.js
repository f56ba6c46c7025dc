// A dialog that the page brought along becomes modal; Escape and its close links lead to the page
// behind it.
const dialog = document.querySelector("dialog");
if (dialog?.showModal) {
  dialog.close();
  dialog.showModal();
  document.querySelector("main").inert = false;
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    // A dialog that shows something once stays until Done is pressed.
    if (dialog.dataset.close) location.assign(dialog.dataset.close);
  });
}
