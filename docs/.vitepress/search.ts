import type { DefaultTheme } from "vitepress";

/** The search runs in the browser. Guides come before the reference, which uses the same words more often. */
export const search: NonNullable<DefaultTheme.Config["search"]> = {
  provider: "local",
  options: {
    miniSearch: {
      searchOptions: {
        fuzzy: (term: string) => (/\d/.test(term) ? false : 0.2), // 404 is not 409
        boost: { title: 4, titles: 2, text: 1 },
        boostDocument: (id: string) => (/\/(?:start|guides)\/|\/reference\/errors/.test(id) ? 2 : 1),
      },
    },
  },
};
