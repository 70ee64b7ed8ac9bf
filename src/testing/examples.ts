/** The id of the organization of Polytomic's examples. */
export const EXAMPLE_ORGANIZATION_ID: string = "248df4b7-aa70-47b8-a036-33ac447e668d";

/**
 * The system roles, with their ids in the organization of Polytomic's examples. Polytomic shows only the first two ids.
 *
 * *Assumption* (`system-roles`): every organization has the roles that Polytomic's pages name, and they are system roles.
 */
export const SYSTEM_ROLES: Readonly<Record<string, string>> = {
  Admin: "d9f8e7c6-b5a4-3210-9fed-cba987654321",
  Member: "e1f2d3c4-b5a6-7890-1234-56789abcdef0",
  Editor: "2b7c9e10-4d3f-4a61-8c52-0f9e8d7c6b5a",
  "Sync Editor": "3c8daf21-5e40-4b72-9d63-1a0f9e8d7c6b",
  Viewer: "4d9eb032-6f51-4c83-ae74-2b1a0f9e8d7c",
};
