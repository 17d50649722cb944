import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const isCustomElement = (tag) => tag.startsWith("secure-inbox");

export default defineConfig({
  build: { minify: false },
  logLevel: "warn",
  plugins: [vue({ template: { compilerOptions: { isCustomElement } } })],
});
