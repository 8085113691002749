import { createHash } from "node:crypto";
import {
  errorBody,
  type Freshness,
  marketOverview,
  marketOverviewErrorBody,
  mobileData,
  snapshotForPage,
} from "@pulseboard/snapshot";
import type { HeldSnapshot } from "./held-snapshot.ts";

/** The bodies that are made of a snapshot; each has a route. */
export const BODY_NAMES = ["mobileData", "snapshotForPage", "marketOverview"] as const;
export type BodyName = (typeof BODY_NAMES)[number];

/** The bytes of one body, ready to be sent. */
export interface Representation {
  readonly bytes: Buffer;
  /** Strong: the same tag is the same bytes. */
  readonly etag: string;
}

/** Everything that a request can ask for of one snapshot; nothing is left to be done when it does. */
export type PreparedBodies = Readonly<Record<BodyName, Readonly<Record<Freshness, Representation>>>>;

/** Serializes every body in every variant, once per snapshot. */
export function prepareBodies({ snapshot, symbols }: HeldSnapshot): PreparedBodies {
  return {
    mobileData: bothVariants((freshness) => mobileData(snapshot, freshness)),
    snapshotForPage: bothVariants((freshness) => snapshotForPage(snapshot, symbols, freshness)),
    marketOverview: bothVariants((freshness) => marketOverview(snapshot, freshness)),
  };
}

const NO_SNAPSHOT = "no_snapshot";
const NO_SNAPSHOT_MESSAGE = "There is no snapshot of the market yet. Try again in a few seconds.";

/** What the same routes answer while there is nothing: the same bytes for the life of the process. */
export function prepareErrorBodies(startedAtMs: number): Readonly<Record<BodyName, Buffer>> {
  const general = toBytes(errorBody(startedAtMs, NO_SNAPSHOT, NO_SNAPSHOT_MESSAGE));
  return {
    mobileData: general,
    snapshotForPage: general,
    marketOverview: toBytes(marketOverviewErrorBody(startedAtMs, NO_SNAPSHOT, NO_SNAPSHOT_MESSAGE)),
  };
}

function bothVariants(body: (freshness: Freshness) => unknown): Readonly<Record<Freshness, Representation>> {
  return { fresh: represent(body("fresh")), stale: represent(body("stale")) };
}

function represent(body: unknown): Representation {
  const bytes = toBytes(body);
  return { bytes, etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"` };
}

function toBytes(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body));
}
