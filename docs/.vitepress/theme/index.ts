import DefaultTheme from "vitepress/theme";
// oxlint-disable-next-line import/no-unassigned-import -- Vite adds the styles to the page
import "./style.css";

// oxlint-disable-next-line import/no-default-export -- VitePress reads the default export
export default DefaultTheme;
