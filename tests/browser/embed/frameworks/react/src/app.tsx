import { useState } from "react";
import { loadSecureInbox } from "@securebox-portal/embed";
import { useSecureInbox, useSecureInboxEvent, useUnread } from "@securebox-portal/embed/react";

const portal: string = import.meta.env.VITE_PORTAL;

async function fetchToken(): Promise<string | null> {
  const answer = await fetch("/token");
  return (await answer.json()).token;
}

function News() {
  const { total, more } = useUnread();
  return <output>{total === null ? "unknown" : `${total}${more.length ? "+" : ""} new`}</output>;
}

function Letters() {
  const { isSignedIn } = useSecureInbox();
  return (
    <>
      <h2>{isSignedIn ? "Yours" : "Letters"}</h2>
      <secure-inbox securebox="claims" max-height={600} label="Letters" color-scheme="light" className="inbox" />
    </>
  );
}

export function App() {
  const [customer, setCustomer] = useState("Alice");
  const [page, setPage] = useState("home");
  const [opened, setOpened] = useState(0);
  const { secureInbox, error, isOpen } = useSecureInbox({ portal, identify: fetchToken, customer });
  useSecureInboxEvent("opened", () => setOpened(opened + 1));
  const load = () => void loadSecureInbox({ portal }).catch(() => {});
  return (
    <main>
      <h1>Company</h1>
      <News /> <secure-inbox-badge securebox="claims" />
      <button onClick={() => setPage(page === "home" ? "letters" : "home")}>Turn the page</button>
      <button onClick={() => setCustomer("Bob")}>Become Bob</button>
      <button aria-expanded={isOpen} onClick={() => secureInbox?.toggle({ securebox: "claims" })}>
        Messages
      </button>
      <button onClick={load}>Load again</button>
      <p>{`Opened: ${opened}`}</p>
      <p>{`Error: ${error?.reason ?? "none"}`}</p>
      {page === "letters" && <Letters />}
      <secure-inbox-launcher no-button position="start" unread-label="{count} new" />
    </main>
  );
}
