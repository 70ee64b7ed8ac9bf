/** A simple model of the API: the users of each organization, and the keys that were minted for them. */
export class Model {
  /** By organization id. */
  readonly users: Map<string, ModelUser[]> = new Map();
  /** By key: the organization and the user that the key was minted for. */
  readonly minted: Map<string, { organization: string; user: string }> = new Map();
  /** Every id and key that ever existed, so that commands can use deleted ones. */
  readonly ids: string[] = [];
  readonly keys: string[] = [];

  /** The expected status of a create. */
  statusOfCreate(organization: string, email: string): number {
    return this.#in(organization).some((user) => user.email === email.toLowerCase()) ? 422 : 200;
  }

  create(organization: string, id: string, email: string, role: string): void {
    this.#in(organization).push({ id, email: email.toLowerCase(), role });
    this.ids.push(id);
  }

  find(organization: string, id: string): ModelUser | undefined {
    return this.#in(organization).find((user) => user.id === id);
  }

  update(organization: string, id: string, role: string): void {
    const users = this.#in(organization);
    const index = users.findIndex((user) => user.id === id);
    users[index] = { ...users[index]!, role };
  }

  delete(organization: string, id: string): void {
    this.users.set(
      organization,
      this.#in(organization).filter((user) => user.id !== id),
    );
    this.revoke(organization, id);
  }

  mint(organization: string, user: string, key: string): void {
    this.minted.set(key, { organization, user });
    this.keys.push(key);
  }

  revoke(organization: string, user: string): void {
    for (const [key, of] of this.minted) {
      if (of.organization === organization && of.user === user) this.minted.delete(key);
    }
  }

  #in(organization: string): ModelUser[] {
    if (!this.users.has(organization)) this.users.set(organization, []);
    return this.users.get(organization)!;
  }
}

export interface ModelUser {
  readonly id: string;
  readonly email: string;
  readonly role: string;
}
