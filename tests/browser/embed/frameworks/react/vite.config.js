import { defineConfig } from "vite";

// React's StrictMode mounts everything twice in development alone.
export default defineConfig({ build: { minify: false }, logLevel: "warn" });
