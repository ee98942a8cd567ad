export * from "./args/processing";
