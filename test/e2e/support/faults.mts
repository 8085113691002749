import { expect } from "vitest";

/** Lets a simulator's endpoint ("*" for all) fail from now on, in a share of its answers. */
export async function setFault(simulator: string, endpoint: string, fault: string, share = 1): Promise<void> {
  const body = JSON.stringify({ endpoint, fault, share });
  const response = await fetch(`${simulator}/__faults`, { method: "POST", body });
  expect(response.status).toBe(200);
}

export async function clearFaults(simulator: string): Promise<void> {
  await fetch(`${simulator}/__faults`, { method: "DELETE" });
}
