import { withBase, type Theme } from "vitepress";
import DefaultTheme from "vitepress/theme";
import { h } from "vue";
import "./style.css";

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { "not-found": pageNotFound }),
} satisfies Theme;

/** Like the page of VitePress, with a landmark for screen readers. */
function pageNotFound() {
  return h("main", { class: "vp-doc not-found" }, [
    h("h1", "Page not found"),
    h("p", ["Use the search, or go to ", h("a", { href: withBase("/") }, "the home page"), "."]),
  ]);
}
