export * from "./plan-types";
