// A dialog of a component library, on a page with a launcher: `dialog` in the page's source says how it is set.

import * as Dialog from "@radix-ui/react-dialog";
import { createRoot } from "react-dom/client";

declare const SecureInbox: { open(): void };

addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("dialog")!;
  const isModal = place.className !== "beside";
  const stay = (event: Event) => event.preventDefault();
  createRoot(place).render(
    <Dialog.Root defaultOpen modal={isModal}>
      <Dialog.Content onInteractOutside={isModal ? undefined : stay}>
        <Dialog.Title>Theirs</Dialog.Title>
        <Dialog.Description>A form.</Dialog.Description>
        <input aria-label="Name" />
        <button onClick={() => SecureInbox.open()}>Help</button>
      </Dialog.Content>
    </Dialog.Root>,
  );
});
