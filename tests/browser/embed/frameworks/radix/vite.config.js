import { defineConfig } from "vite";

// One script, for a page that a test writes.
export default defineConfig({
  build: { lib: { entry: "dialog.tsx", formats: ["iife"], name: "dialog", fileName: () => "radix.js" } },
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  logLevel: "error",
});
