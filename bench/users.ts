export const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";

/** Creates `count` users in the format of the API. */
export function users(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    email: `user-${index}@acmecorp.com`,
    id: `a3f1c2d4-5b6e-4f89-8123-${String(index).padStart(12, "0")}`,
    organization_id: ORGANIZATION,
    role_ids: ["d9f8e7c6-b5a4-4210-9fed-cba987654321"],
    role: "admin",
  }));
}
