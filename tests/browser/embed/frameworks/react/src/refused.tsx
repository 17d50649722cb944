// What the types refuse.

import { useUnread } from "@securebox-portal/embed/react";

export function Refused() {
  // @ts-expect-error A number that is not known is null.
  const total: number = useUnread().total;
  return (
    <>
      {/* @ts-expect-error There is no such place. */}
      <secure-inbox-launcher position="left" />
      {/* @ts-expect-error A badge has no position. */}
      <secure-inbox-badge position="start" data-total={total} />
    </>
  );
}
