import type { EnqueueOutcome, RefreshQueue } from "@pulseboard/refresh";
import type { Logger, Metrics } from "@pulseboard/runtime";
import type { RequestHandler } from "express";
import { sendError, sendJson } from "../http/json-responses.ts";

export interface RefreshByOperatorOptions {
  readonly queue: RefreshQueue;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Asks for a refresh that goes before all others: 202 when it adds a run, 200 when a run that is already queued or running serves it. */
export function refreshByOperator({ queue, metrics, log }: RefreshByOperatorOptions): RequestHandler {
  return async (_request, response) => {
    let enqueued: EnqueueOutcome;
    try {
      enqueued = await queue.enqueue("operator");
    } catch (err) {
      metrics.enqueues.inc({ trigger: "operator", outcome: "failed" });
      log.warn({ err }, "An operator's refresh was not added");
      sendError(response, 503, "queue_away", "The refresh queue cannot be reached; no refresh was added.");
      return;
    }
    const { outcome, jobId } = enqueued;
    metrics.enqueues.inc({ trigger: "operator", outcome });
    log.info({ outcome, jobId }, "An operator asked for a refresh");
    const state = enqueued.outcome === "joined" ? enqueued.state : "waiting";
    sendJson(response, outcome === "accepted" ? 202 : 200, { outcome, jobId, state });
  };
}
