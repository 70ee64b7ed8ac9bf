/** The API as a person would sum it up: who is in which organization, and which keys open it. */
export interface ModelUser {
  readonly id: string;
  readonly email: string;
  readonly role: string;
}

export class Model {
  /** By organization. */
  readonly users: Map<string, ModelUser[]> = new Map();
  /** Key → the organization, and the user that the key was minted for. */
  readonly minted: Map<string, { organization: string; user: string }> = new Map();
  /** Every id and every key that there ever was, so that commands can ask for what is gone. */
  readonly ids: string[] = [];
  readonly keys: string[] = [];

  /** The status of a create, and the user's place once it has one. */
  create(organization: string, email: string): number {
    return this.#in(organization).some((user) => user.email === email.toLowerCase()) ? 422 : 200;
  }

  created(organization: string, id: string, email: string, role: string): void {
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
