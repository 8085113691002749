import type { PageSnapshot } from "@pulseboard/snapshot";
import { linksOutside } from "./links-outside.ts";

interface OutsideLinksProps {
  readonly snapshot: PageSnapshot;
  readonly symbol: string;
}

/** Where else this contract can be seen. */
export function OutsideLinks({ snapshot, symbol }: OutsideLinksProps) {
  const links = linksOutside(snapshot, symbol);
  return (
    <p class="outside-links">
      {links.length === 0
        ? "A simulated market: no exchange has this contract at this price."
        : links.map(({ name, href }) => (
            <a key={name} class="outside-link" href={href} target="_blank" rel="noopener noreferrer">
              {name}
              <span aria-hidden="true"> ↗</span>
              <span class="visually-hidden"> ({symbol}, opens a new tab)</span>
            </a>
          ))}
    </p>
  );
}
