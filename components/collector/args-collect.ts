export * from "./args/collect";
