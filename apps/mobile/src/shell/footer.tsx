import type { PageSnapshot } from "@pulseboard/snapshot";
import "./footer.css";

/** Of the build, inserted by it. */
declare const PROGRAM_VERSION: string;

/** The disclaimer, and the sources of the data. Nothing is loaded from the linked sites. */
export function Footer({ snapshot }: { readonly snapshot: PageSnapshot }) {
  return (
    <footer class="footer">
      <p>Not financial advice. Scores describe the past; none of them is a proven forecast.</p>
      <p>
        Capitalisation and dominance: data provided by <Away to="https://www.coingecko.com">CoinGecko</Away> and{" "}
        <Away to="https://coinpaprika.com">CoinPaprika</Away>. Fear and Greed Index:{" "}
        <Away to="https://alternative.me/crypto/fear-and-greed-index/">alternative.me</Away>.
        {` Market data: ${snapshot.origin}${snapshot.simulated ? ", simulated: none of it is real" : ""}.`}
      </p>
      <p data-version={PROGRAM_VERSION}>{`Pulseboard ${PROGRAM_VERSION}`}</p>
    </footer>
  );
}

function Away({ to, children }: { readonly to: string; readonly children: string }) {
  return (
    <a href={to} rel="noreferrer" target="_blank">
      {children}
    </a>
  );
}
