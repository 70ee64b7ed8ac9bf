/** Replace this file with one that reads your directory. Here, it is a service that returns JSON. */
import type { WantedUser } from "polytomic-users/sync";

/** The ids of the organizations to keep in line. */
export async function listOrganizations(): Promise<string[]> {
  return (await read("organizations")) as string[];
}

/** The people who should be the users of an organization. */
export async function listPeople(organizationId: string): Promise<WantedUser[]> {
  return (await read(`organizations/${organizationId}`)) as WantedUser[];
}

async function read(path: string): Promise<unknown> {
  const response = await fetch(`${process.env["DIRECTORY_URL"]}/${path}`, { signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`The directory returned ${response.status} for ${path}.`);
  return response.json();
}
